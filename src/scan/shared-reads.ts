import { createHash } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { FileStat, Target } from '../collect/target.ts';
import { once } from '../io/once.ts';
import { CollectError } from '../model/errors.ts';
import { type DatabaseFile, fileFromBytes } from '../parse/parser.ts';

/**
 * Keeps what was read from one run to the next, by key. It returns what was put, or null; a damaged entry counts
 * as none.
 */
export interface ReadCache {
  readonly get: (key: string) => Promise<unknown>;
  readonly put: (key: string, result: unknown) => Promise<void>;
}

/** What was read before: containers with the same image, and the same path, size and times of a file, share one read. */
export interface SharedReads {
  /** In this run. */
  readonly begun: Map<string, Promise<FileRead<unknown>>>;
  /** Results of parsing in this run, by content: images with one base differ in their ids, and often in nothing else. */
  readonly parsed: Map<string, unknown>;
  /** In earlier runs. */
  readonly cache: ReadCache | null;
  /** Writes for later runs: they are awaited only at the end of this one. */
  readonly puts: Promise<void>[];
}

/** Larger files are read piece by piece, and not recognized by their whole content. */
const maxWholeBytes = 4 * 1024 * 1024;

export const createSharedReads = (cache: ReadCache | null = null): SharedReads => ({
  begun: new Map(),
  parsed: new Map(),
  cache,
  puts: [],
});

/** A file that was read. */
interface FileRead<Result> {
  readonly result: Result;
  /** The file's state when it was opened. */
  readonly stat: FileStat;
  /** Whether it is surely the image's, so that its content holds for other containers too. Asked at most once, after the read. */
  readonly isOfImage: () => Promise<boolean>;
}

/**
 * Reads one file, or takes what was read from the same file in another container of the same image. `parse` returns plain data.
 * Root in a container can give its own file the size and time of the image's: what is not surely the image's is read in each
 * container, and kept for later runs as that container's.
 */
export async function readShared<Result>(
  target: Target,
  path: string,
  stat: FileStat,
  shared: SharedReads,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<Result> {
  const { id, image } = target.container;
  const parseOnce = (file: DatabaseFile) => (file.size > maxWholeBytes ? parse(file) : parseBytes(shared.parsed, file, parse));
  const read = () => readFile(target, path, maxBytes, parseOnce);
  if (image === null) return (await read()).result;
  const keyOf = (owner: string) => JSON.stringify([owner, path, stat.size, stat.modified, stat.changed]);
  const keys: Keys = { ofImage: keyOf(stat.isInVolume ? id : image.id), ofContainer: keyOf(id) };
  const begin = () => {
    const reading = readThroughCache(shared, keys, stat, read);
    shared.begun.set(keys.ofImage, reading);
    return reading;
  };
  for (;;) {
    const other = shared.begun.get(keys.ofImage);
    const lent = other && (await lentBy(other, stat));
    if (lent) return lent.result as Result;
    // Unless a first read began meanwhile: then that one is awaited, and the turn is free for this container's other files.
    const beginUnlessBegun = async () => (other === undefined && shared.begun.has(keys.ofImage) ? null : begin());
    // If the time that nobody can set is known, the file is opened on this machine, and no engine is asked for it.
    const own = await (stat.changed === null ? inItsTurn(target, beginUnlessBegun) : beginUnlessBegun());
    if (own !== null) return own.result;
  }
}

/** The result of another container's read, if it holds for a file with this stat; else null. */
async function lentBy(reading: Promise<FileRead<unknown>>, stat: FileStat): Promise<FileRead<unknown> | null> {
  const read = await reading.catch(ownTryNeeded);
  return read !== null && isSame(read.stat, stat) && (await read.isOfImage()) ? read : null;
}

const turns = new WeakMap<Target, LimitFunction>();

/** One file of a container after the other: an engine sends them no sooner, and another container's read may serve those that wait. */
function inItsTurn<Result>(target: Target, act: () => Promise<Result>): Promise<Result> {
  const turn = turns.get(target) ?? pLimit(1);
  turns.set(target, turn);
  return turn(act);
}

/** What a read is stored under. */
interface Keys {
  readonly ofImage: string;
  readonly ofContainer: string;
}

async function readThroughCache<Result>(
  { cache, puts }: SharedReads,
  { ofImage, ofContainer }: Keys,
  stat: FileStat,
  read: () => Promise<FileRead<Result>>,
): Promise<FileRead<Result>> {
  if (cache === null) return read();
  for (const [key, isOfImage] of [
    [ofContainer, false],
    [ofImage, true],
  ] as const) {
    const kept = await cache.get(key);
    if (kept !== null) return { result: kept as Result, stat, isOfImage: async () => isOfImage };
  }
  const fresh = await read();
  if (isSame(fresh.stat, stat)) puts.push(cache.put((await fresh.isOfImage()) ? ofImage : ofContainer, fresh.result));
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
    const { stat, read } = file;
    return { result: parse({ path, size: stat.size, read }), stat, isOfImage: once(() => isSurelyOfImage(target, path, stat)) };
  } finally {
    file.close();
  }
}

async function isSurelyOfImage(target: Target, path: string, stat: FileStat): Promise<boolean> {
  if (stat.changed !== null) return stat.isInVolume !== true;
  try {
    return await target.isOfImage(path, stat);
  } catch (error) {
    // If it is not known, it is not shared: that costs a read.
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

/** The failure of another container's read says nothing about this one's. */
const ownTryNeeded = () => null;

/** A file that changed between stat and read is right for its own container only. */
export function isSame(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
