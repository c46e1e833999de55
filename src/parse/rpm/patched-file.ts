import type { DatabaseFile } from '../parser.ts';

/** Pages of a file, numbered from 1, whose content is in another. */
export interface Patch {
  readonly file: DatabaseFile;
  readonly pageSize: number;
  /** Where the content of a page is in that other file. */
  readonly pages: ReadonlyMap<number, number>;
  /** How many pages the result has; some of them may be in neither file. */
  readonly lastPage: number;
}

/** The file with the patch applied. */
export function patchFile(main: DatabaseFile, { file, pageSize, pages, lastPage }: Patch): DatabaseFile {
  const size = lastPage * pageSize;
  const readPart = (page: number, offset: number, length: number): Uint8Array => {
    const position = pages.get(page);
    return position === undefined ? main.read((page - 1) * pageSize + offset, length) : file.read(position + offset, length);
  };
  return {
    path: main.path,
    size,
    read(position, length) {
      const bytes = new Uint8Array(Math.max(Math.min(length, size - position), 0));
      // What neither has stays zero, which is not a page of a table.
      for (let at = 0; at < bytes.length; ) {
        const within = (position + at) % pageSize;
        const count = Math.min(pageSize - within, bytes.length - at);
        bytes.set(readPart((position + at - within) / pageSize + 1, within, count), at);
        at += count;
      }
      return bytes;
    },
  };
}
