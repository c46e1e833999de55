import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadCache } from '../scan/shared-reads.ts';
import { isKept } from './entry-form.ts';
import { makeCacheFolder } from './make-folder.ts';

/** Where results are kept, and for which program: another one may read the same file differently. */
export interface DiskCacheOptions {
  readonly folder: string;
  /** Identifies the program that reads, down to the last character of its source. */
  readonly reader: string;
  readonly maxBytes: number;
}

/** A single larger entry would push out too many others. */
const maxEntryBytes = 32 * 1024 * 1024;

const entryName = /^[0-9a-f]{64}\.json$/;
/** A temporary file of this age was left behind by a run that was ended; one that is still being written is younger. */
const leftBehindAfter = 60 * 60 * 1000;

export interface DiskCache extends ReadCache {
  /** Removes the least recently used entries when the cache exceeds its size. */
  readonly prune: () => Promise<void>;
}

/**
 * A cache on disk. Each entry is one file: a line with its key and the digest of what follows, then JSON. It is written under another name
 * and then renamed, so that parallel runs never see half an entry. An entry that does not match its first line is treated as missing. An
 * unusable folder costs time, and nothing else.
 */
export function openDiskCache({ folder, reader, maxBytes }: DiskCacheOptions): DiskCache {
  let hasWritten = false;
  const fileOf = (key: string) => join(folder, `${digestOf(`${reader}\n${key}`)}.json`);
  return {
    get: (key) => orNull(() => readEntry(fileOf(key), lineOf(reader, key))),
    put: async (key, result) => {
      const text = JSON.stringify(result);
      if (text.length > maxEntryBytes) return;
      hasWritten = true;
      await orNull(() => writeEntry(folder, fileOf(key), `${lineOf(reader, key)(text)}\n${text}`));
    },
    prune: async () => {
      if (hasWritten) await orNull(() => pruneFolder(folder, maxBytes));
    },
  };
}

/** The number of entries in the cache, and their size in bytes. */
export async function measureCache(folder: string): Promise<{ readonly entries: number; readonly bytes: number }> {
  const entries = await entriesIn(folder);
  return { entries: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Removes what belongs to the cache, and nothing else in the folder. */
export async function clearCache(folder: string): Promise<void> {
  for (const { path } of await entriesIn(folder)) await rm(path, { force: true });
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

const lineOf = (reader: string, key: string) => (text: string) => JSON.stringify({ reader, key, digest: digestOf(text) });

async function readEntry(path: string, lineFor: (text: string) => string): Promise<unknown> {
  const entry = await readFile(path, 'utf8');
  const end = entry.indexOf('\n');
  const text = entry.slice(end + 1);
  const value: unknown = entry.slice(0, end) === lineFor(text) ? JSON.parse(text) : null;
  if (!isKept(value)) {
    await rm(path, { force: true });
    return null;
  }
  const now = new Date();
  // Marks the entry as recently used. In a read-only cache this fails, and the entry is still good.
  await orNull(() => utimes(path, now, now));
  return value;
}

/** Only the user may read it, because it says what is installed. */
async function writeEntry(folder: string, path: string, text: string): Promise<void> {
  makeCacheFolder(folder);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function pruneFolder(folder: string, maxBytes: number): Promise<void> {
  const entries = (await entriesIn(folder)).sort((a, b) => b.used - a.used);
  let sum = 0;
  for (const { path, bytes } of entries) {
    sum += bytes;
    if (sum > maxBytes) await rm(path, { force: true });
  }
}

interface CacheEntry {
  readonly path: string;
  readonly bytes: number;
  /** When it was last used, in milliseconds. */
  readonly used: number;
}

/** Entries, and temporary files left by runs that were ended while writing one. */
async function entriesIn(folder: string): Promise<CacheEntry[]> {
  const names = (await orNull(() => readdir(folder))) ?? [];
  const found = await Promise.all(names.map((name) => entryAt(folder, name)));
  return found.filter((entry) => entry !== null);
}

async function entryAt(folder: string, name: string): Promise<CacheEntry | null> {
  const path = join(folder, name);
  const stats = await orNull(() => stat(path));
  if (stats === null || !stats.isFile()) return null;
  const isLeftBehind = name.endsWith('.tmp') && entryName.test(name.slice(0, 69)) && Date.now() - stats.mtimeMs > leftBehindAfter;
  return entryName.test(name) || isLeftBehind ? { path, bytes: stats.size, used: isLeftBehind ? 0 : stats.mtimeMs } : null;
}

/** File system errors (a full disk, somebody else's folder) and invalid JSON mean that there is no entry. */
async function orNull<Result>(act: () => Promise<Result>): Promise<Result | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}
