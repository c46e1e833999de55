import type { IncomingMessage } from 'node:http';
import { posix } from 'node:path';
import type { Extract, Header } from 'tar-stream';
import { checkAnswer } from '../answer.ts';
import { type FileStat, type FolderFile, type Target, tooLarge, UnreadableError } from '../target.ts';
import { PathStat } from './answers.ts';
import { watchEnd } from './archive-end.ts';
import { type Engine, isMissing } from './engine.ts';

/** Docker follows all links itself and names the end; Podman names the next one. As many as Linux follows. */
const maxLinks = 40;

/** pacman has a folder with three files for each package: some ten thousand entries at the most. */
const maxFolderEntries = 100_000;

/** Bits of Go's os.FileMode that say what an entry is. */
const modeDirectory = 2 ** 31;
const modeOther = 2 ** 27 + 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 21 + 2 ** 19;

/** The part of a Target that reads files: HEAD says what is at a path, GET gives it as a tar stream. */
export type ContainerFiles = Pick<Target, 'stat' | 'open' | 'readFolder' | 'realPath'>;

export function containerFiles(engine: Engine, id: string): ContainerFiles {
  /** Where paths led when they were last followed: what was asked for by HEAD is got by GET without another look. */
  const ends = new Map<string, string>();
  const archive = (path: string): `/${string}` => `/containers/${id}/archive?path=${encodeURIComponent(path)}`;

  /** What is at a path and, where that is a link, at its end; null when there is nothing. */
  async function follow(path: string): Promise<{ path: string; stat: PathStat } | null> {
    for (let links = 0, at = path; links <= maxLinks; links++) {
      const stat = await headOf(engine, archive(at));
      if (stat === null || !isLink(stat)) {
        ends.set(path, at);
        return stat && { path: at, stat };
      }
      at = posix.resolve(posix.dirname(at), stat.linkTarget);
    }
    throw new UnreadableError('failed', `${path} has more than ${maxLinks} links in it.`);
  }

  async function getArchive(path: string): Promise<{ stat: FileStat; entries: AsyncIterable<TarEntry> }> {
    // Loaded when it is needed: where the short way is open no archive is fetched.
    const { extract } = await import('./tar.ts');
    const response = await engine.request('GET', archive(ends.get(path) ?? (await follow(path))?.path ?? path));
    return { stat: fileStatOf(pathStatOf(response)), entries: entriesOf(response, extract()) };
  }

  return {
    stat: async (path) => {
      const end = await follow(path);
      return end && fileStatOf(end.stat);
    },
    open: (path, maxBytes) =>
      explaining(engine, path, async () => {
        const { stat, entries } = await getArchive(path);
        const bytes = await onlyFile(path, entries, maxBytes);
        return { stat, read: (position, length) => bytes.subarray(position, position + length), close: () => {} };
      }),
    readFolder: (path, accepts, maxBytes) =>
      explaining(engine, path, async () => filesOf(path, (await getArchive(path)).entries, accepts, maxBytes)),
    realPath: (path) => realPathOf(path, follow),
  };
}

/** What a connection, or a tar stream, ended with becomes the reason why a path cannot be read. */
async function explaining<Result>(engine: Engine, path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const explained = engine.explain(error);
    // tar-stream says what is wrong with an archive in a plain Error; a TypeError or the like is a bug of ours.
    if (!(explained instanceof Error) || explained.constructor !== Error) throw explained;
    throw new UnreadableError('failed', `The engine's archive of ${path} is broken: ${explained.message}.`, { cause: error });
  }
}

async function headOf(engine: Engine, path: `/${string}`): Promise<PathStat | null> {
  try {
    const response = await engine.request('HEAD', path);
    response.resume();
    return pathStatOf(response);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function pathStatOf({ headers }: IncomingMessage): PathStat {
  const header = String(headers['x-docker-container-path-stat'] ?? '');
  return checkAnswer(PathStat, jsonOrNull(Buffer.from(header, 'base64').toString()), "Docker's answer on a path");
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isLink = (stat: PathStat) => (stat.mode & (2 ** 27)) !== 0 && stat.linkTarget !== '';

function fileStatOf(stat: PathStat): FileStat {
  return { kind: kindOf(stat), size: stat.size, modified: stat.mtime, changed: null };
}

function kindOf({ mode }: PathStat): FileStat['kind'] {
  if (mode >= modeDirectory) return 'directory';
  return (mode & modeOther) === 0 ? 'file' : 'other';
}

type TarEntry = AsyncIterable<Uint8Array> & { readonly header: Header; readonly resume: () => void };

function entriesOf(response: IncomingMessage, tar: Extract): AsyncIterable<TarEntry> {
  const hasEnded = watchEnd(response);
  response.once('error', (error) => tar.destroy(error));
  tar.once('close', () => response.destroy());
  response.pipe(tar);
  return whole(tar as AsyncIterable<TarEntry>, hasEnded);
}

async function* whole(entries: AsyncIterable<TarEntry>, hasEnded: () => boolean): AsyncIterable<TarEntry> {
  yield* entries;
  if (!hasEnded()) throw new Error('Its end is missing');
}

/** The bytes of the one file that the archive of a file's path holds. */
async function onlyFile(path: string, entries: AsyncIterable<TarEntry>, maxBytes: number): Promise<Uint8Array> {
  let bytes: Uint8Array | null = null;
  for await (const entry of entries) {
    if (bytes !== null || entry.header.type !== 'file') throw new UnreadableError('failed', `${path} is not a regular file.`);
    bytes = await bytesOf(entry, path, maxBytes);
  }
  if (bytes === null) throw new UnreadableError('failed', `The engine sent an empty archive for ${path}.`);
  return bytes;
}

async function bytesOf(entry: TarEntry, path: string, maxBytes: number): Promise<Uint8Array> {
  const size = entry.header.size ?? 0;
  if (size > maxBytes) throw tooLarge(path, maxBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files of the folder that the archive holds; its entries are named `folder/name`. */
async function filesOf(
  path: string,
  entries: AsyncIterable<TarEntry>,
  accepts: (name: string) => boolean,
  maxBytes: number,
): Promise<readonly FolderFile[]> {
  const files: FolderFile[] = [];
  let seen = 0;
  let left = maxBytes;
  for await (const entry of entries) {
    if (++seen > maxFolderEntries) throw new UnreadableError('too-large', `${path} has more than ${maxFolderEntries} files.`);
    const [, ...parts] = entry.header.name.replace(/^(\.?\/)+/, '').split('/');
    const name = parts.join('/');
    if (entry.header.type !== 'file' || parts.length > 2 || !accepts(name)) {
      entry.resume();
      continue;
    }
    const bytes = await bytesOf(entry, path, left);
    left -= bytes.length;
    files.push({ name, bytes });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Follows every folder on the way, one after another: Docker itself tells only of the last part of a path. */
async function realPathOf(path: string, follow: (path: string) => Promise<{ readonly path: string } | null>): Promise<string> {
  let real = '/';
  for (const name of path.split('/').filter((part) => part !== '')) {
    const next = posix.join(real, name);
    real = (await follow(next))?.path ?? next;
  }
  return real;
}
