import { openFile, statOf } from './root-folder/file.ts';
import { readFolder } from './root-folder/folder.ts';
import { type Foothold, ownSteps } from './root-folder/foothold.ts';
import { type End, openWalker, placeAt, type Walker } from './root-folder/walk.ts';
import { type FileStat, type FolderFile, type OpenFile, UnreadableError } from './target.ts';

/** Reads files as a process with this root folder would: no link leads out of it, not even one that is put there meanwhile. */
export interface RootFolderFiles {
  readonly stat: (path: string) => FileStat | null;
  readonly open: (path: string, maxBytes: number) => OpenFile;
  readonly readFolder: (path: string, accepts: (name: string) => boolean, maxBytes: number) => readonly FolderFile[];
  readonly realPath: (path: string) => string;
}

export function rootFolderFiles(root: string, steps = ownSteps): RootFolderFiles {
  const once = <Result>(use: (files: RootFolderFiles) => Result) => {
    const held = holdRootFolder(root, steps);
    try {
      return use(held);
    } finally {
      held.close();
    }
  };
  return {
    stat: (path) => once(({ stat }) => stat(path)),
    open: (path, maxBytes) => once(({ open }) => open(path, maxBytes)),
    readFolder: (path, accepts, maxBytes) => once(({ readFolder: read }) => read(path, accepts, maxBytes)),
    realPath: (path) => once(({ realPath }) => realPath(path)),
  };
}

/** The same, but the root and its folders are held until closed: it stays the same root, whatever is at its path by then. */
export function holdRootFolder(
  root: string,
  steps = ownSteps,
  unsafe: ReadonlyMap<string, string> = new Map(),
): RootFolderFiles & Pick<Walker, 'close'> {
  const { walk, close } = openWalker(steps, root, unsafe);
  return {
    stat: (path) =>
      walk(path, (end) => {
        const place = placeAt(end);
        return place && statOf(place.stats, end.device);
      }),
    open: (path, maxBytes) => walk(path, (end) => openFile(thatIs(end, path), path, maxBytes, end.device)),
    readFolder: (path, accepts, maxBytes) => walk(path, (end) => readFolder(steps, thatIs(end, path), path, accepts, maxBytes)),
    realPath: (path) => walk(path, (end) => end.path()),
    close,
  };
}

function thatIs(end: End, path: string): Foothold {
  const place = placeAt(end);
  if (place === null) throw new UnreadableError('failed', `Cannot read ${path}: it is not there.`);
  return place;
}
