import { lstat, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CollectError } from '../../model/errors.ts';
import { type FileName, fileNameText, type NameValues, namePattern } from './file-name.ts';
import { temporaryPattern } from './write-file.ts';

/** In milliseconds. No run lasts a day: a temporary file that was not written to for so long is left from a killed run. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/**
 * Of the files that the same FILE made for the same cluster, removes all but the newest (by date and time in their names), and what killed
 * runs left behind. The file just written stays, however old its date is. Returns the removed paths.
 */
export async function keepNewest(file: FileName, values: NameValues, number: number): Promise<string[]> {
  const written = fileNameText(file, values);
  const folder = dirname(written);
  const removed: string[] = [];
  try {
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
    const old = newestFirst(names, namePattern(file, values)).slice(number);
    const abandoned = await abandonedOf(folder, names, namePattern(file, values));
    for (const name of [...old, ...abandoned]) {
      if (name === basename(written)) continue;
      await unlink(join(folder, name)).catch(passIfGone);
      removed.push(join(folder, name));
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CollectError(`Cannot remove old files of ${file.typed} (--keep): ${message}. What was written stays.`, { cause: error });
  }
  return removed;
}

function newestFirst(names: readonly string[], pattern: string): string[] {
  const made = names.flatMap((name) => {
    const { date, time = '' } = new RegExp(`^${pattern}$`).exec(name)?.groups ?? {};
    return date !== undefined && isTime(date, time) ? { name, at: `${date}${time}` } : [];
  });
  return made.toSorted((a, b) => (a.at < b.at ? 1 : -1)).map(({ name }) => name);
}

/** No run wrote an impossible date: 2026-02-30. */
function isTime(date: string, time: string): boolean {
  const text = `${date}T${time === '' ? '00:00:00' : time.replace(/^(..)(..)(..)Z$/, '$1:$2:$3')}.000Z`;
  const parsed = new Date(text);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === text;
}

async function abandonedOf(folder: string, names: readonly string[], pattern: string): Promise<string[]> {
  const temporary = new RegExp(`^${temporaryPattern(pattern)}$`);
  const found: string[] = [];
  for (const name of names.filter((each) => temporary.test(each))) {
    const state = await lstat(join(folder, name)).catch(passIfGone);
    if (state !== undefined && Date.now() - state.mtimeMs > abandonedAfter) found.push(name);
  }
  return found;
}

/** Another run may tidy at the same time. */
function passIfGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
