import { posix } from 'node:path';
import { type FileStat, type Target, UnreadableError } from './collect/target.ts';
import type { ContainerScan, DatabaseContent } from './model/container-scan.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import { CollectError } from './model/errors.ts';
import type { DatabaseScan, UnreadReason } from './model/scan.ts';
import type { System } from './model/system.ts';
import { maxOsReleaseBytes, osReleasePaths, parseOsRelease } from './parse/os-release.ts';
import { type DatabaseFile, type DatabaseLocation, fileFromBytes, type Parser } from './parse/parser.ts';
import { parsers } from './parse/parsers.ts';

/** What was read before in this run, by image, path, size and time of change: containers that agree in all four share one read. */
export type SharedReads = Map<string, Promise<FileRead<unknown>>>;

/** How often a container that was started anew during its scan is looked into again. */
const maxLooks = 3;

/** Looks into one container. What cannot be read is in the result; only a bug and the end of the run are thrown. */
export async function scanTarget(target: Target, shared: SharedReads, now: () => Date): Promise<ContainerScan> {
  const unread = (reason: UnreadReason, message: string) => unreadScan(target, now(), reason, message);
  const gone = () => unread('gone', 'It ended during the scan.');
  try {
    for (let look = 1; ; look++) {
      const before = await target.look();
      if (before === null) return gone();
      const scan = await scanRunning(target, shared, before.startedAt, now());
      if (scan.status === 'read' || look === maxLooks) return scan;
      // A path that is missing and a container that is gone get the same answer: nothing is claimed before another look.
      const after = await target.look();
      if (after === null) return gone();
      if (after.startedAt !== before.startedAt) continue;
      if (scan.status === 'no-database' && (await target.stat('/')) === null)
        return unread('failed', 'The engine shows no file of it, not even its root.');
      return scan;
    }
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    return unread(reasonOf(error), error.message);
  }
}

/** A container that was not looked into, or not with success. */
export function unreadScan(target: Target, collectedAt: Date, reason: UnreadReason, message: string): ContainerScan {
  const { container, source } = target;
  const nothing = { startedAt: null, system: null, databases: [], contents: [], diagnostics: [] };
  return { container, by: source, collectedAt: collectedAt.toISOString(), status: 'unread', reason, message, ...nothing };
}

async function scanRunning(target: Target, shared: SharedReads, startedAt: string | null, at: Date): Promise<ContainerScan> {
  const diagnostics: Diagnostic[] = [];
  const [system, found] = await Promise.all([readSystem(target, shared, diagnostics), findDatabases(target)]);
  const reads: DatabaseRead[] = [];
  for (const database of found) {
    const read = await readDatabase(target, database, shared);
    if (read !== null) reads.push(read);
  }
  const databases = reads.map(({ scan }) => scan);
  const { container, source } = target;
  for (const read of reads) diagnostics.push(...read.diagnostics.map((diagnostic) => ({ ...diagnostic, container: container.id })));
  return {
    ...{ container, by: source, startedAt, collectedAt: at.toISOString(), system, databases, diagnostics },
    ...outcomeOf(databases, diagnostics),
    contents: reads.flatMap(({ content }) => (content === null ? [] : [content])),
  };
}

/** What the databases of a container come to for the container. */
function outcomeOf(
  databases: readonly DatabaseScan[],
  diagnostics: readonly Diagnostic[],
): Pick<ContainerScan, 'status' | 'reason' | 'message'> {
  if (databases.length === 0) return { status: 'no-database', reason: null, message: null };
  const failed = databases.find(({ status }) => status !== 'read');
  if (failed === undefined) return { status: 'read', reason: null, message: null };
  const message = diagnostics.find(({ severity, path }) => severity === 'error' && path === failed.path)?.message ?? null;
  const isUnread = databases.every(({ status }) => status === 'unread');
  return { status: isUnread ? 'unread' : 'partial', reason: failed.reason, message };
}

interface FoundDatabase {
  readonly parser: Parser;
  readonly location: DatabaseLocation;
  readonly path: string;
  readonly stat: FileStat;
}

/** The databases that exist, each once even where links give it several paths. */
async function findDatabases(target: Target): Promise<FoundDatabase[]> {
  const found = await Promise.all(Object.values(parsers).map((parser) => findByParser(target, parser)));
  return found.flat();
}

async function findByParser(target: Target, parser: Parser): Promise<FoundDatabase[]> {
  const folders = new Set(parser.locations.map((location) => posix.dirname(pathOf(location))));
  const found: FoundDatabase[] = [];
  for (const folder of folders) {
    const locations = parser.locations.filter((location) => posix.dirname(pathOf(location)) === folder);
    // Most containers lack most of these folders: one question spares several.
    if (locations.length > 1 && (await target.stat(folder)) === null) continue;
    for (const location of locations) {
      const path = pathOf(location);
      const stat = await target.stat(path);
      if (stat === null) continue;
      const database = { parser, location, path, stat };
      if (!(await isAmong(found, database, target))) found.push(database);
    }
  }
  return found;
}

const pathOf = (location: DatabaseLocation) => ('path' in location ? location.path : location.directory);

/** Whether a database was found before by another path. Only where size and time agree is it worth asking where the paths lead. */
async function isAmong(found: readonly FoundDatabase[], { path, stat }: FoundDatabase, target: Target): Promise<boolean> {
  for (const other of found) {
    if (other.stat.size !== stat.size || other.stat.modified !== stat.modified) continue;
    if ((await target.realPath(other.path)) === (await target.realPath(path))) return true;
  }
  return false;
}

interface DatabaseRead {
  readonly scan: DatabaseScan;
  readonly content: DatabaseContent | null;
  readonly diagnostics: readonly Omit<Diagnostic, 'container'>[];
}

/** Null for a folder that holds no file of the database: it is none. */
async function readDatabase(target: Target, database: FoundDatabase, shared: SharedReads): Promise<DatabaseRead | null> {
  const { parser, path } = database;
  try {
    return await readByLocation(target, database, shared);
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const reason = reasonOf(error);
    return {
      scan: { type: parser.type, path, status: 'unread', reason, packages: 0 },
      content: null,
      diagnostics: [{ severity: 'error', code: 'scan/database-unread', message: error.message, path }],
    };
  }
}

async function readByLocation(target: Target, database: FoundDatabase, shared: SharedReads): Promise<DatabaseRead | null> {
  const { parser, location, path, stat } = database;
  if ('directory' in location) {
    const files = await target.readFolder(path, location.accepts, parser.maxBytes);
    return files.length === 0
      ? null
      : describe(
          parser,
          path,
          files.map(({ name, bytes }) => fileFromBytes(`${path}/${name}`, bytes)),
        );
  }
  const companions = await findCompanions(target, path, location.beside ?? []);
  if (companions.length > 0) return readTogether(target, database, companions);
  return readShared(target, path, stat, shared, parser.maxBytes, (file) => describe(parser, path, [file]));
}

/** The files beside a database that hold a part of it, such as the write-ahead log of SQLite. */
async function findCompanions(target: Target, path: string, endings: readonly string[]): Promise<string[]> {
  const companions: string[] = [];
  for (const ending of endings) {
    const stat = await target.stat(path + ending);
    if (stat !== null && stat.size > 0) companions.push(path + ending);
  }
  return companions;
}

/** A database of several files is read for its own container alone: only together do they say what was read. */
async function readTogether(target: Target, { parser, path }: FoundDatabase, companions: readonly string[]): Promise<DatabaseRead> {
  const files: (DatabaseFile & { readonly close: () => void })[] = [];
  try {
    for (const part of [path, ...companions]) {
      const { stat, read, close } = await target.open(part, parser.maxBytes);
      files.push({ path: part, size: stat.size, read, close });
    }
    return describe(parser, path, files);
  } finally {
    for (const { close } of files) close();
  }
}

/** Parses, and says how well that went. */
function describe(parser: Parser, path: string, files: readonly DatabaseFile[]): DatabaseRead {
  const { packages, diagnostics } = parser.parse(files);
  const isDamaged = diagnostics.some(({ severity }) => severity === 'error');
  const status = !isDamaged ? 'read' : packages.length > 0 ? 'partial' : 'unread';
  // A parser that finds nothing and says nothing was given something else than it was made for.
  const isSilent = packages.length === 0 && diagnostics.length === 0 && files.some(({ size }) => size > 0);
  return {
    scan: { type: parser.type, path, status, reason: isDamaged ? 'damaged' : null, packages: packages.length },
    content: status === 'unread' ? null : { type: parser.type, packages },
    diagnostics: isSilent
      ? [{ severity: 'warning', code: 'scan/no-packages', message: 'The database holds no package.', path }]
      : diagnostics,
  };
}

async function readSystem(target: Target, shared: SharedReads, diagnostics: Diagnostic[]): Promise<System | null> {
  for (const path of osReleasePaths) {
    try {
      const stat = await target.stat(path);
      if (stat === null) continue;
      return await readShared(target, path, stat, shared, maxOsReleaseBytes, (file) => parseOsRelease(file.read(0, file.size)));
    } catch (error) {
      if (!(error instanceof CollectError)) throw error;
      diagnostics.push({ severity: 'warning', code: 'scan/os-release', message: error.message, container: target.container.id, path });
    }
  }
  return null;
}

interface FileRead<Result> {
  readonly result: Result;
  /** What the file was when it was opened. */
  readonly stat: FileStat;
}

/** Reads one file, or takes what was read of the same file of another container of the same image. */
async function readShared<Result>(
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
  const earlier = await shared.get(key)?.catch(ownTryNeeded);
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

function reasonOf(error: CollectError): UnreadReason {
  return error instanceof UnreadableError ? error.reason : 'failed';
}
