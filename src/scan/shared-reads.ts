import { createHash } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { FileStat, Target } from '../collect/target.ts';
import { CollectError } from '../model/errors.ts';
import { type DatabaseFile, fileFromBytes } from '../parse/parser.ts';
import { type Changes, createChanges } from './changes.ts';

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
  /** What is being kept for later runs: nobody waits for it before the end of this one. */
  readonly puts: Promise<void>[];
  readonly changes: Changes;
  /** Bounds how many containers are looked into at a time. */
  readonly limit: LimitFunction;
}

/** The reads of one look at a container. */
export interface LookReads {
  readonly shared: SharedReads;
  /** Whether it takes what other containers of this run read. */
  readonly borrows: boolean;
  readonly borrowed: FileRead<unknown>[];
  /** What it read itself, and later runs may take. */
  readonly own: FileRead<unknown>[];
}

/** Larger files are read piece by piece, and not known as a whole. */
const maxWholeBytes = 4 * 1024 * 1024;

export const createSharedReads = (cache: ReadCache | null = null, concurrency = Number.POSITIVE_INFINITY): SharedReads => ({
  ...{ begun: new Map(), parsed: new Map(), cache, puts: [], changes: createChanges(), limit: pLimit(concurrency) },
});

export const beginLook = (shared: SharedReads, borrows = true): LookReads => ({ shared, borrows, borrowed: [], own: [] });

/** A file that was read, with what tells it from others. */
export interface FileRead<Result> {
  readonly key: string;
  /** Of the container that it was read of; null where an earlier run did. */
  readonly target: Target | null;
  readonly path: string;
  readonly result: Result;
  /** What the file was when it was opened. */
  readonly stat: FileStat;
}

/** Reads one file, or takes what was read of the same file of another container of the same image. What `parse` gives is plain data. */
export async function readShared<Result>(
  target: Target,
  path: string,
  stat: FileStat,
  { shared, borrows, borrowed, own }: LookReads,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<Result> {
  const { image } = target.container;
  const { begun, parsed, cache } = shared;
  const parseOnce = (file: DatabaseFile) => (file.size > maxWholeBytes ? parse(file) : parseBytes(parsed, file, parse));
  const read = () => readFile(target, path, maxBytes, parseOnce);
  if (image === null) return (await read()).result;
  const key = JSON.stringify([image.id, path, stat.size, stat.modified, stat.changed]);
  // Not awaited where there is none: two that ask in the same turn would both read.
  const other = borrows ? begun.get(key) : undefined;
  const earlier = other && (await other.catch(ownTryNeeded));
  if (earlier && isSame(earlier.stat, stat)) {
    borrowed.push(earlier);
    return earlier.result as Result;
  }
  const reading = readThroughCache(cache, { key, path, stat }, async () => {
    const fresh = { key, path, target, ...(await read()) };
    shared.changes.forget(target);
    if (isSame(fresh.stat, stat)) own.push(fresh);
    return fresh;
  });
  begun.set(key, reading);
  return (await reading).result;
}

/**
 * Whether what a look took from other containers is what the image has. Without the time that nobody can set, root in a container
 * can give a file of its own the size and the time of the image's: only that its container changed nothing there makes it the image's.
 * It is asked when the look is over: by then those containers have read the most of what they lend, and are asked once.
 */
export async function isOfImage({ borrowed, shared: { changes } }: LookReads): Promise<boolean> {
  for (const read of borrowed) if (!(await isAsInImage(read, changes))) return false;
  return true;
}

/** Begins to keep for later runs what a look read itself, and the image has. */
export async function keepForLater({ own, shared: { cache, puts, changes } }: LookReads): Promise<void> {
  if (cache === null) return;
  for (const read of own) if (await isAsInImage(read, changes)) puts.push(cache.put(read.key, read.result));
}

async function isAsInImage({ target, path, stat }: FileRead<unknown>, changes: Changes): Promise<boolean> {
  // What an earlier run kept was asked for then.
  if (stat.changed !== null || target === null) return true;
  try {
    return (await changes.isChanged(target, path)) === false;
  } catch (error) {
    // What is not known is not shared: that costs a read.
    if (error instanceof CollectError) return false;
    throw error;
  }
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
  file: Pick<FileRead<Result>, 'key' | 'path' | 'stat'>,
  read: () => Promise<FileRead<Result>>,
): Promise<FileRead<Result>> {
  const cached = (await cache?.get(file.key)) ?? null;
  return cached === null ? read() : { ...file, target: null, result: cached as Result };
}

async function readFile<Result>(
  target: Target,
  path: string,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<Pick<FileRead<Result>, 'result' | 'stat'>> {
  const file = await target.open(path, maxBytes);
  try {
    return { result: parse({ path, size: file.stat.size, read: file.read }), stat: file.stat };
  } finally {
    file.close();
  }
}
