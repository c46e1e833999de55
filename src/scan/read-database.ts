import type { FileStat, OpenFile, Target } from '../collect/target.ts';
import { UnreadableError } from '../collect/target.ts';
import type { DatabaseContent } from '../model/container-scan.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { DatabaseScan, UnreadReason } from '../model/scan.ts';
import { type DatabaseFile, type DatabaseFolder, fileFromBytes, type Parser } from '../parse/parser.ts';
import type { FoundDatabase, HiddenDatabase } from './find-databases.ts';
import { withoutOverlong } from './overlong.ts';
import { isSame, readShared, type SharedReads } from './shared-reads.ts';

/** How often a container that restarted during its scan, or a database that was written meanwhile, is read. */
export const maxAttempts = 3;

export interface DatabaseRead {
  readonly scan: DatabaseScan;
  readonly content: DatabaseContent | null;
  readonly diagnostics: readonly Omit<Diagnostic, 'container'>[];
  /** The database and the files read with it that hold parts of it, as they were before the read. */
  readonly parts: readonly Part[];
  /** Path suffixes of other files that may hold parts of it, to be looked for. */
  readonly mayHaveBeside: readonly string[];
}

interface Part {
  readonly path: string;
  readonly stat: FileStat;
}

/** Null for a folder that has no file of a database: it is not one. */
export async function readDatabase(target: Target, found: FoundDatabase, shared: SharedReads): Promise<DatabaseRead | null> {
  let database = found;
  for (let attempt = 1; ; attempt++) {
    const read = await readOnce(target, database, shared);
    const written = read !== null && attempt < maxAttempts && (await findWritten(target, database, read));
    if (!written) return read;
    database = written;
  }
}

/** A database may be incomplete while a tool writes it. Its current state, if it changed during a read that failed; else null. */
async function findWritten(target: Target, database: FoundDatabase, { scan, parts }: DatabaseRead): Promise<FoundDatabase | null> {
  if (scan.reason !== 'damaged' && scan.reason !== 'failed') return null;
  try {
    const now = await Promise.all(parts.map(({ path }) => target.stat(path)));
    const isUnchanged = parts.every(({ stat }, index) => isSame(stat, now[index] ?? nothing));
    return isUnchanged ? null : { ...database, stat: now[0] ?? database.stat };
  } catch (error) {
    // Unknown: the result stays as it is.
    if (error instanceof CollectError) return null;
    throw error;
  }
}

const nothing: FileStat = { kind: 'other', size: -1, modified: '', changed: null };

/** The result for a database that cannot be read, or not even be looked for. */
export function unreadFor(error: CollectError, { parser, path }: Pick<HiddenDatabase, 'parser' | 'path'>): DatabaseRead {
  return {
    scan: { type: parser.type, path, status: 'unread', reason: reasonOf(error), packages: 0 },
    content: null,
    diagnostics: [{ severity: 'error', code: 'scan/database-unread', message: error.message, path }],
    parts: [],
    mayHaveBeside: [],
  };
}

async function readOnce(target: Target, database: FoundDatabase, shared: SharedReads): Promise<DatabaseRead | null> {
  const { path, stat } = database;
  const parts: Part[] = [{ path, stat }];
  try {
    const content = await readContent(target, database, shared, parts);
    return content && { ...content, parts };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    return { ...unreadFor(error, database), parts };
  }
}

/** Adds to the parts what is read along with the database, before it is read. */
async function readContent(target: Target, database: FoundDatabase, shared: SharedReads, parts: Part[]): Promise<Described | null> {
  const { parser, location, path, stat } = database;
  if ('directory' in location) {
    const files = await readFolder(target, location, parser);
    return files.length === 0 ? null : describe(parser, path, files);
  }
  const beside = [...(await findCompanions(target, path, location.beside ?? [])), ...(await readJournal(target, database))];
  parts.push(...beside);
  const read = await (beside.length > 0
    ? readTogether(target, database, beside)
    : readShared(target, path, stat, shared, parser.maxBytes, (file) => describe(parser, path, [file])));
  const others = await findCompanions(target, path, read.mayHaveBeside);
  parts.push(...others);
  return others.length === 0 ? read : readTogether(target, database, [...beside, ...others]);
}

async function readFolder(target: Target, { directory, accepts }: DatabaseFolder, { maxBytes }: Parser): Promise<DatabaseFile[]> {
  const files = await target.readFolder(directory, accepts, maxBytes);
  return files.map(({ name, bytes }) => fileFromBytes(`${directory}/${name}`, bytes));
}

/** A file; its `name` is beside the database's path, whether that is a link or not. */
interface Companion extends Part {
  readonly name: string;
}

/** Files that hold a part of a database, such as SQLite's write-ahead log: they are beside the file itself, where links lead. */
async function findCompanions(target: Target, path: string, endings: readonly string[]): Promise<Companion[]> {
  if (endings.length === 0) return [];
  const real = await target.realPath(path);
  const companions: Companion[] = [];
  for (const ending of endings) {
    const stat = await target.stat(real + ending);
    if (stat !== null && stat.size > 0) companions.push({ path: real + ending, stat, name: path + ending });
  }
  return companions;
}

/** A folder with its files, which are in memory. */
interface ReadJournal extends Part {
  readonly files: readonly DatabaseFile[];
}

/**
 * What is yet to be written into a database; usually nothing. It is read before the database, so what is written meanwhile counts. An
 * engine takes longer for the archive of a folder than for everything else, so the journal is read only where files are opened on this
 * machine, whose stat has a time that nobody can set.
 */
async function readJournal(target: Target, { parser, location, stat }: FoundDatabase): Promise<ReadJournal[]> {
  if ('directory' in location || location.journal === undefined || stat.changed === null) return [];
  const path = `${location.journal.directory}/${location.journal.first}`;
  // Asking for one file is cheaper than listing a folder, for which the kernel has to search all layers of the image.
  const first = await target.stat(path);
  if (first === null) return [];
  const files = await readFolder(target, location.journal, parser);
  return files.length === 0 ? [] : [{ path, stat: first, files }];
}

/** A database of several files is read for its own container only: a read is identified only by all of them together. */
async function readTogether(
  target: Target,
  { parser, path }: FoundDatabase,
  beside: readonly (Companion | ReadJournal)[],
): Promise<Described> {
  const opened: OpenFile[] = [];
  const open = async (at: string, name: string): Promise<DatabaseFile> => {
    const file = await target.open(at, parser.maxBytes);
    opened.push(file);
    return { path: name, size: file.stat.size, read: file.read };
  };
  try {
    const files = [await open(path, path)];
    for (const part of beside) files.push(...('files' in part ? part.files : [await open(part.path, part.name)]));
    return describe(parser, path, files);
  } finally {
    for (const { close } of opened) close();
  }
}

/** What is the same for all containers that share a read. */
type Described = Omit<DatabaseRead, 'parts'>;

/** Parses, and reports how well that went. */
function describe(parser: Parser, path: string, files: readonly DatabaseFile[]): Described {
  const result = parser.parse(files);
  const { packages, diagnostics } = withoutOverlong(result, path);
  const isDamaged = diagnostics.some(({ severity }) => severity === 'error');
  const status = !isDamaged ? 'read' : packages.length > 0 ? 'partial' : 'unread';
  // A parser that finds nothing and reports nothing was given something that it was not made for.
  const isSilent = packages.length === 0 && diagnostics.length === 0 && files.some(({ size }) => size > 0);
  return {
    scan: { type: parser.type, path, status, reason: isDamaged ? 'damaged' : null, packages: packages.length },
    content: status === 'unread' ? null : { type: parser.type, packages },
    diagnostics: isSilent
      ? [{ severity: 'warning', code: 'scan/no-packages', message: 'The database holds no package.', path }]
      : diagnostics,
    mayHaveBeside: result.mayHaveBeside ?? [],
  };
}

/** The reason, from the fixed list, for an error. */
export function reasonOf(error: CollectError): UnreadReason {
  return error instanceof UnreadableError ? error.reason : 'failed';
}
