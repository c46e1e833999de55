import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type FileStat, type FolderFile, type OpenFile, tooLarge, UnreadableError } from './target.ts';

/** As many links on one path as Linux follows: path_resolution(7). */
const maxLinks = 40;

/** pacman has a folder with three files for each package: some ten thousand entries at the most. */
const maxFolderFiles = 100_000;

/** Reads files below a folder as a process would whose root that folder is: no link leads out of it. */
export interface RootFolderFiles {
  readonly stat: (path: string) => FileStat | null;
  readonly open: (path: string, maxBytes: number) => OpenFile;
  readonly readFolder: (path: string, accepts: (name: string) => boolean, maxBytes: number) => readonly FolderFile[];
  readonly realPath: (path: string) => string;
}

export function rootFolderFiles(root: string): RootFolderFiles {
  const outside = (path: string) => join(root, resolveInside(root, path));
  return {
    stat: (path) => {
      const stats = missingAsNull(() => lstatSync(outside(path)));
      return stats && statOf(stats);
    },
    open: (path, maxBytes) => openFile(outside(path), path, maxBytes),
    readFolder: (path, accepts, maxBytes) => {
      const folder = outside(path);
      return readAll(namesIn(folder, path).filter(accepts).sort(), folder, path, maxBytes);
    },
    realPath: (path) => resolveInside(root, path),
  };
}

/** Follows every link of a path inside the root; `..` of the root is the root. What does not exist stays as it is. */
function resolveInside(root: string, path: string): string {
  const pending = path.split('/').reverse();
  const resolved: string[] = [];
  for (let links = 0; pending.length > 0; ) {
    const name = pending.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      resolved.pop();
      continue;
    }
    const target = linkTarget(join(root, ...resolved, name));
    if (target === null) {
      resolved.push(name);
      continue;
    }
    if (++links > maxLinks) throw new UnreadableError('failed', `${path} has more than ${maxLinks} links in it.`);
    if (target.startsWith('/')) resolved.length = 0;
    pending.push(...target.split('/').reverse());
  }
  return `/${resolved.join('/')}`;
}

function linkTarget(path: string): string | null {
  const stats = missingAsNull(() => lstatSync(path));
  return stats?.isSymbolicLink() ? missingAsNull(() => readlinkSync(path)) : null;
}

function statOf(stats: Stats): FileStat {
  return { kind: kindOf(stats), size: stats.size, modified: String(stats.mtimeMs), changed: String(stats.ctimeMs) };
}

function kindOf(stats: Stats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'directory' : 'other';
}

/** Opens a regular file and nothing else: a FIFO would hang, a device would never end. */
function openFile(outside: string, path: string, maxBytes: number): OpenFile {
  const descriptor = readable(path, () => openSync(outside, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  const stats = fstatSync(descriptor);
  const refusal = refusalOf(stats, path, maxBytes);
  if (refusal) {
    closeSync(descriptor);
    throw refusal;
  }
  return {
    stat: statOf(stats),
    read: (position, length) => readAt(descriptor, position, Math.max(0, Math.min(length, stats.size - position))),
    close: () => closeSync(descriptor),
  };
}

function refusalOf(stats: Stats, path: string, maxBytes: number): UnreadableError | null {
  if (!stats.isFile()) return new UnreadableError('failed', `${path} is not a regular file.`);
  return stats.size > maxBytes ? tooLarge(path, maxBytes) : null;
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

/** The names in a folder and in those right below it. Links to folders are not followed. */
function namesIn(folder: string, path: string): string[] {
  const entries = readable(path, () => readdirSync(folder, { withFileTypes: true }));
  const names = entries.flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name];
    return readable(path, () => readdirSync(join(folder, entry.name))).map((name) => `${entry.name}/${name}`);
  });
  if (names.length > maxFolderFiles) throw new UnreadableError('too-large', `${path} has more than ${maxFolderFiles} files.`);
  return names;
}

function readAll(names: readonly string[], folder: string, path: string, maxBytes: number): FolderFile[] {
  const files: FolderFile[] = [];
  let left = maxBytes;
  for (const name of names) {
    const outside = join(folder, name);
    if (!missingAsNull(() => lstatSync(outside))?.isFile()) continue;
    const file = openFile(outside, `${path}/${name}`, left);
    left -= file.stat.size;
    files.push({ name, bytes: file.read(0, file.stat.size) });
    file.close();
  }
  return files;
}

/** ENOENT, and ENOTDIR of a path that goes on below a file: nothing is there. */
function missingAsNull<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(error);
  }
}

function readable<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw unreadable(error, path);
  }
}

function unreadable(error: unknown, path = 'a file'): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const isRefused = code === 'EACCES' || code === 'EPERM';
  return new UnreadableError(isRefused ? 'forbidden' : 'failed', `Cannot read ${path}: ${isRefused ? 'permission denied' : message}.`, {
    cause: error,
  });
}
