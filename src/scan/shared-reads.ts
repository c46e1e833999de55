import { createHash } from 'node:crypto';
import type { FileStat, Target } from '../collect/target.ts';
import { type DatabaseFile, fileFromBytes } from '../parse/parser.ts';

/**
 * Keeps what was read from one run to the next, by the key of what was read. What it gives is what was put, or null: a
 * damaged entry is none.
 */
export interface ReadCache {
  readonly get: (key: string) => Promise<unknown>;
  readonly put: (key: string, result: unknown) => Promise<void>;
}

/** What was read before: containers that agree in the image, the path, the size and the times of a file share one read. */
export interface SharedReads {
  /** In this run. */
  readonly begun: Map<string, Promise<FileRead<unknown>>>;
  /** What was made in this run of the same bytes: images of one base differ in their ids, and often in nothing else. */
  readonly parsed: Map<string, unknown>;
  /** In earlier runs. */
  readonly cache: ReadCache | null;
}

/** Larger files are read piece by piece, and not known as a whole. */
const maxWholeBytes = 4 * 1024 * 1024;

export const createSharedReads = (cache: ReadCache | null = null): SharedReads => ({ begun: new Map(), parsed: new Map(), cache });

interface FileRead<Result> {
  readonly result: Result;
  /** What the file was when it was opened. */
  readonly stat: FileStat;
}

/** Reads one file, or takes what was read of the same file of another container of the same image. What `parse` gives is plain data. */
export async function readShared<Result>(
  target: Target,
  path: string,
  stat: FileStat,
  { begun, parsed, cache }: SharedReads,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<Result> {
  const { image } = target.container;
  const parseOnce = (file: DatabaseFile) => (file.size > maxWholeBytes ? parse(file) : parseBytes(parsed, file, parse));
  if (image === null) return (await readFile(target, path, maxBytes, parseOnce)).result;
  const key = JSON.stringify([image.id, path, stat.size, stat.modified, stat.changed]);
  // Not awaited where there is none: two that ask in the same turn would both read.
  const other = begun.get(key);
  const earlier = other && (await other.catch(ownTryNeeded));
  if (earlier && isSame(earlier.stat, stat)) return earlier.result as Result;
  const reading = readThroughCache(cache, key, stat, () => readFile(target, path, maxBytes, parseOnce));
  begun.set(key, reading);
  return (await reading).result;
}

function parseBytes<Result>(parsed: SharedReads['parsed'], file: DatabaseFile, parse: (file: DatabaseFile) => Result): Result {
  const bytes = file.read(0, file.size);
  const key = `${file.path}\0${createHash('sha256').update(bytes).digest('base64')}`;
  if (!parsed.has(key)) parsed.set(key, parse(fileFromBytes(file.path, bytes)));
  return parsed.get(key) as Result;
}

/** That another container's read failed says nothing of this one's. */
const ownTryNeeded = () => undefined;

/** A file that changed between the question and the read is right for its own container, and for no other. */
function isSame(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}

async function readThroughCache<Result>(
  cache: ReadCache | null,
  key: string,
  stat: FileStat,
  read: () => Promise<FileRead<Result>>,
): Promise<FileRead<Result>> {
  const cached = (await cache?.get(key)) ?? null;
  if (cached !== null) return { result: cached as Result, stat };
  const fresh = await read();
  if (cache !== null && isSame(fresh.stat, stat)) await cache.put(key, fresh.result);
  return fresh;
}

async function readFile<Result>(
  target: Target,
  path: string,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<FileRead<Result>> {
  const file = await target.open(path, maxBytes);
  try {
    return { result: parse({ path, size: file.stat.size, read: file.read }), stat: file.stat };
  } finally {
    file.close();
  }
}
