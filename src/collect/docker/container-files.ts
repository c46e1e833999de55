import type { IncomingMessage } from 'node:http';
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Extract, Header } from 'tar-stream';
import { pathPart } from '../../text/path-part.ts';
import { checkAnswer } from '../answer.ts';
import { DanglingLinkError, type FileStat, type FolderFile, maxLinks, type Target, tooLarge, UnreadableError } from '../target.ts';
import { PathStat, pathStatHeader } from './answers.ts';
import { watchEnd } from './archive-end.ts';
import type { Engine } from './engine.ts';

/** pacman has a folder with three files for each package: some ten thousand entries at most. */
const maxFolderEntries = 100_000;

/**
 * A file from an engine is held in memory, and several containers are scanned at a time. This is twice the largest known database. For
 * files that can be opened on this machine, only the parser's limit applies.
 */
const maxFetchedBytes = 256 * 1024 * 1024;

/** What the archive of one file may contain besides the file: the header, its extensions and the end. */
const maxArchiveHeadBytes = 1024 * 1024;

/** The archive of a folder contains everything below it, and most of pacman's consists of lists of files, which are not used. */
const maxFolderArchiveBytes = 1024 * 1024 * 1024;

/** Bits of Go's os.FileMode that give the kind of an entry. */
const modeDirectory = 2 ** 31;
const modeOther = 2 ** 27 + 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 21 + 2 ** 19;

/** The part of a Target that reads files: HEAD tells what is at a path, GET returns it as a tar stream. */
export type ContainerFiles = Pick<Target, 'stat' | 'open' | 'readFolder' | 'realPath'>;

export function containerFiles(engine: Engine, id: string): ContainerFiles {
  /** Where paths led when last followed: a GET after a HEAD does not follow them again. */
  const ends = new Map<string, string>();
  const archive = (path: string): `/${string}` => `/containers/${id}/archive?path=${pathPart(path)}`;

  /**
   * What is at a path, or at the end of its links; null when there is nothing. Docker follows all links itself and names the end; Podman
   * names only the next one.
   */
  async function follow(path: string): Promise<{ path: string; stat: PathStat } | null> {
    for (let links = 0, at = path; links <= maxLinks; links++) {
      const head = await engine.head(archive(at));
      const stat = head && pathStatOf(head.header(pathStatHeader));
      if (stat === null || !isLink(stat)) {
        ends.set(path, at);
        return stat && { path: at, stat };
      }
      at = posix.resolve(posix.dirname(at), stat.linkTarget);
    }
    throw new UnreadableError('failed', `${path} has more than ${maxLinks} links in it.`);
  }

  async function getArchive(path: string, maxBytes: number): Promise<Archive> {
    const asked = engine.get(archive(ends.get(path) ?? (await follow(path))?.path ?? path));
    // Loaded while the engine makes the archive, and only if needed: the short way fetches none.
    const [response, { extract }] = await Promise.all([asked, setImmediate().then(() => import('./tar.ts'))]);
    // A response that was cut before anyone listened emits no more errors.
    if (response.destroyed) throw response.errored ?? new Error('Its end is missing');
    const stat = statOf(response);
    const hasEnded = watchEnd(response);
    const checkEnd = () => {
      if (!hasEnded()) throw new Error('Its end is missing');
    };
    return { stat, entries: entriesOf(response, extract(), { path, maxBytes }), checkEnd };
  }

  return {
    stat: async (path) => {
      const found = await follow(path);
      const end = ends.get(path) ?? path;
      if (found === null && end !== path) throw new DanglingLinkError(path, end);
      return found && fileStatOf(found.stat);
    },
    open: (path, maxBytes) =>
      explaining(engine, path, async () => {
        const most = Math.min(maxBytes, maxFetchedBytes);
        const { stat, entries, checkEnd } = await getArchive(path, most + maxArchiveHeadBytes);
        const bytes = await onlyFile(path, entries, most);
        checkEnd();
        // The bytes received are what is read, whatever size was announced.
        const read = (position: number, length: number) => bytes.subarray(position, position + length);
        return { stat: { ...stat, size: bytes.length }, read, close: () => {} };
      }),
    readFolder: (path, accepts, maxBytes) =>
      explaining(engine, path, async () => {
        const { entries, checkEnd } = await getArchive(path, maxFolderArchiveBytes);
        const files = await filesOf(path, entries, accepts, maxBytes);
        checkEnd();
        return files;
      }),
    realPath: (path) => realPathOf(path, follow),
  };
}

/** Turns the error of a connection or a tar stream into the reason why a path cannot be read. */
async function explaining<Result>(engine: Engine, path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const explained = engine.explain(error);
    // tar-stream reports a broken archive as a plain Error; a TypeError or the like is a bug of ours.
    if (!(explained instanceof Error) || explained.constructor !== Error) throw explained;
    throw new UnreadableError('failed', `The engine's archive of ${path} is broken: ${explained.message}.`, { cause: error });
  }
}

/** The stat that an archive comes with. If it is not understood the response is destroyed, or it would go on arriving. */
function statOf(response: IncomingMessage): FileStat {
  try {
    return fileStatOf(pathStatOf(response.headers[pathStatHeader]));
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function pathStatOf(header: string | readonly string[] | null | undefined): PathStat {
  return checkAnswer(PathStat, jsonOrNull(Buffer.from(String(header ?? ''), 'base64').toString()), "Docker's answer on a path");
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

interface Archive {
  readonly stat: FileStat;
  readonly entries: AsyncIterable<TarEntry>;
  /** Call this when the entries are read: it throws if the archive was cut between two of them. */
  readonly checkEnd: () => void;
}

type TarEntry = AsyncIterable<Uint8Array> & { readonly header: Header; readonly resume: () => void };

/** Refuses an archive of more than `maxBytes`, skipped parts included: headers and padding could go on forever. */
function entriesOf(
  response: IncomingMessage,
  tar: Extract,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
): AsyncIterable<TarEntry> {
  let left = maxBytes;
  response.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) tar.destroy(tooLarge(`The engine's archive of ${path}`, maxBytes));
  });
  response.once('error', (error) => tar.destroy(error));
  tar.once('close', () => response.destroy());
  response.pipe(tar);
  return tar as AsyncIterable<TarEntry>;
}

/** The content of the only file in an archive that was requested for a file. */
async function onlyFile(path: string, entries: AsyncIterable<TarEntry>, maxBytes: number): Promise<Uint8Array> {
  let bytes: Uint8Array | null = null;
  for await (const entry of entries) {
    if (bytes !== null || entry.header.type !== 'file') throw new UnreadableError('failed', `${path} is not a regular file.`);
    refuseSparse(entry, path);
    bytes = await bytesOf(entry, path, maxBytes);
  }
  if (bytes === null) throw new UnreadableError('failed', `The engine sent an empty archive for ${path}.`);
  return bytes;
}

async function bytesOf(entry: TarEntry, path: string, maxBytes: number): Promise<Uint8Array> {
  const size = entry.header.size ?? 0;
  if (size > maxBytes) throw tooLarge(path, maxBytes);
  // Allocated at once: joining pieces would take the memory twice.
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of entry) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

/** Begins with a map of holes, which tar-stream does not know: https://www.gnu.org/software/tar/manual/html_node/PAX-1.html */
function refuseSparse({ header: { pax } }: TarEntry, path: string): void {
  if (!Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) return;
  throw new UnreadableError('failed', `The engine's archive of ${path} leaves out its holes, which is not understood.`);
}

const nothing = new Uint8Array();

/** The files, folders and links in the archive of a folder; its entries are named `folder/name`. */
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
    const names = entryNames(entry.header).filter(accepts);
    if (names.length === 0 || entry.header.type !== 'file') {
      entry.resume();
      for (const name of names) files.push({ name, bytes: nothing });
      continue;
    }
    refuseSparse(entry, path);
    const bytes = await bytesOf(entry, path, left);
    left -= bytes.length;
    for (const name of names) files.push({ name, bytes });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const linkTypes: readonly unknown[] = ['symlink', 'link'];

/** The names by which an entry may be requested; none for deeper entries and for devices. */
function entryNames({ name, type }: Header): string[] {
  const [, ...parts] = name.replace(/^(\.?\/)+/, '').split('/');
  if (parts.at(-1) === '') parts.pop();
  const below = parts.join('/');
  if (parts.length === 0 || parts.length > 2) return [];
  if (type === 'file') return [below];
  const asFolder = parts.length === 1 && (type === 'directory' || linkTypes.includes(type)) ? [`${below}/`] : [];
  return linkTypes.includes(type) ? [below, ...asFolder] : asFolder;
}

/**
 * Docker itself reports only on the last part of a path. So it is asked about every folder on the way, all at once, because most paths
 * contain no link. From the first link on, it is asked about one after another.
 */
async function realPathOf(path: string, follow: (path: string) => Promise<{ readonly path: string } | null>): Promise<string> {
  const names = posix.resolve('/', path).split('/').slice(1);
  const typed = names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
  const ends = await Promise.all(typed.map(async (each) => (await follow(each))?.path ?? each));
  const first = ends.findIndex((end, index) => end !== typed[index]);
  if (first < 0) return typed.at(-1) as string;
  let real = ends[first] as string;
  for (const name of names.slice(first + 1)) {
    const next = posix.join(real, name);
    real = (await follow(next))?.path ?? next;
  }
  return real;
}
