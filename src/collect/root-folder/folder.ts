import { type Dirent, opendirSync } from 'node:fs';
import { type FolderFile, UnreadableError } from '../target.ts';
import { missingAsNull, readable } from './errors.ts';
import { openFile } from './file.ts';
import type { Foothold, Steps } from './foothold.ts';

/** pacman has a folder with three files for each package: some ten thousand entries at most. */
export const maxFolderFiles = 100_000;

const nothing = new Uint8Array();

/** The regular files of a folder and of those directly below it. These folders themselves, and links, have no bytes. */
export function readFolder(
  steps: Steps,
  folder: Foothold,
  path: string,
  accepts: (name: string) => boolean,
  maxBytes: number,
): FolderFile[] {
  const files: FolderFile[] = [];
  let left = maxBytes;
  for (const name of namesIn(steps, folder, path).filter(accepts).sort()) {
    const bytes = name.endsWith('/') ? nothing : below(steps, folder, name.split('/'), (place) => bytesOf(place, `${path}/${name}`, left));
    if (bytes === null) continue;
    left -= bytes.length;
    files.push({ name, bytes });
  }
  return files;
}

function namesIn(steps: Steps, folder: Foothold, path: string): string[] {
  const names: string[] = [];
  const add = (name: string) => {
    if (names.push(name) > maxFolderFiles) throw new UnreadableError('too-large', `${path} has more than ${maxFolderFiles} files.`);
  };
  eachEntry(folder, path, (entry) => {
    if (entry.isSymbolicLink()) add(`${entry.name}/`);
    if (!entry.isDirectory()) return add(entry.name);
    add(`${entry.name}/`);
    below(steps, folder, [entry.name], (inner) => {
      if (inner.stats.isDirectory()) eachEntry(inner, path, ({ name }) => add(`${entry.name}/${name}`));
      return null;
    });
  });
  return names;
}

/** One entry at a time: a folder of millions is refused before it is in memory. */
function eachEntry(folder: Foothold, path: string, visit: (entry: Dirent) => void): void {
  const opened = readable(path, () => opendirSync(folder.location, { bufferSize: 256 }));
  try {
    const next = () => readable(path, () => opened.readSync());
    for (let entry = next(); entry !== null; entry = next()) visit(entry);
  } finally {
    opened.closeSync();
  }
}

/** Holds what these names lead to below a folder, without following links, while `use` looks at it. */
function below<Result>(
  steps: Steps,
  folder: Foothold,
  [name = '', ...names]: readonly string[],
  use: (place: Foothold) => Result | null,
): Result | null {
  const place = missingAsNull(() => steps.step(`${folder.location}/${name}`));
  if (place === null) return null;
  try {
    if (names.length === 0) return use(place);
    return place.stats.isDirectory() ? below(steps, place, names, use) : null;
  } finally {
    place.release();
  }
}

/** Null for what is neither a file nor a link. */
function bytesOf(place: Foothold, path: string, maxBytes: number): Uint8Array | null {
  if (place.stats.isSymbolicLink()) return nothing;
  if (!place.stats.isFile()) return null;
  const file = openFile(place, path, maxBytes, place.stats.dev);
  try {
    return file.read(0, file.stat.size);
  } finally {
    file.close();
  }
}
