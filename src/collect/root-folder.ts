import { openFile, statOf } from './root-folder/file.ts';
import { readFolder } from './root-folder/folder.ts';
import { type Foothold, ownSteps } from './root-folder/foothold.ts';
import { type End, walk } from './root-folder/walk.ts';
import { type FileStat, type FolderFile, type OpenFile, UnreadableError } from './target.ts';

/** Reads files below a folder as a process would whose root that folder is: no link leads out of it, also none that is put there meanwhile. */
export interface RootFolderFiles {
  readonly stat: (path: string) => FileStat | null;
  readonly open: (path: string, maxBytes: number) => OpenFile;
  readonly readFolder: (path: string, accepts: (name: string) => boolean, maxBytes: number) => readonly FolderFile[];
  readonly realPath: (path: string) => string;
}

export function rootFolderFiles(root: string, steps = ownSteps): RootFolderFiles {
  const at = <Result>(path: string, use: (end: End) => Result) => walk(steps, root, path, use);
  return {
    stat: (path) => at(path, ({ place }) => place && statOf(place.stats)),
    open: (path, maxBytes) => at(path, ({ place }) => openFile(thatIs(place, path), path, maxBytes)),
    readFolder: (path, accepts, maxBytes) => at(path, ({ place }) => readFolder(steps, thatIs(place, path), path, accepts, maxBytes)),
    realPath: (path) => at(path, (end) => end.path()),
  };
}

function thatIs(place: Foothold | null, path: string): Foothold {
  if (place === null) throw new UnreadableError('failed', `Cannot read ${path}: it is not there.`);
  return place;
}
