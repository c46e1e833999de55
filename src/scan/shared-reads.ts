import type { FileStat, Target } from '../collect/target.ts';
import type { DatabaseFile } from '../parse/parser.ts';

/** What was read before in this run, by image, path, size and time of change: containers that agree in all four share one read. */
export type SharedReads = Map<string, Promise<FileRead<unknown>>>;

interface FileRead<Result> {
  readonly result: Result;
  /** What the file was when it was opened. */
  readonly stat: FileStat;
}

/** Reads one file, or takes what was read of the same file of another container of the same image. */
export async function readShared<Result>(
  target: Target,
  path: string,
  stat: FileStat,
  shared: SharedReads,
  maxBytes: number,
  parse: (file: DatabaseFile) => Result,
): Promise<Result> {
  const { image } = target.container;
  if (image === null) return (await readFile(target, path, maxBytes, parse)).result;
  const key = [image.id, path, stat.size, stat.modified].join('\0');
  // Not awaited where there is none: two that ask in the same turn would both read.
  const begun = shared.get(key);
  const earlier = begun && (await begun.catch(ownTryNeeded));
  // A file that changed between the question and the read is right for its own container, and for no other.
  if (earlier?.stat.size === stat.size && earlier.stat.modified === stat.modified) return earlier.result as Result;
  const reading = readFile(target, path, maxBytes, parse);
  shared.set(key, reading);
  return (await reading).result;
}

/** That another container's read failed says nothing of this one's. */
const ownTryNeeded = () => undefined;

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
