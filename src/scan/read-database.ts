import type { Target } from '../collect/target.ts';
import { UnreadableError } from '../collect/target.ts';
import type { DatabaseContent } from '../model/container-scan.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { DatabaseScan, UnreadReason } from '../model/scan.ts';
import { type DatabaseFile, fileFromBytes, type Parser } from '../parse/parser.ts';
import type { FoundDatabase } from './find-databases.ts';
import { withoutOverlong } from './overlong.ts';
import { readShared, type SharedReads } from './shared-reads.ts';

export interface DatabaseRead {
  readonly scan: DatabaseScan;
  readonly content: DatabaseContent | null;
  readonly diagnostics: readonly Omit<Diagnostic, 'container'>[];
}

/** Null for a folder that holds no file of the database: it is none. */
export async function readDatabase(target: Target, database: FoundDatabase, shared: SharedReads): Promise<DatabaseRead | null> {
  const { parser, path } = database;
  try {
    const read = await readByLocation(target, database, shared);
    return read && { ...read, diagnostics: [...read.diagnostics, ...passedOverBy(database)] };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const reason = reasonOf(error);
    return {
      scan: { type: parser.type, path, status: 'unread', reason, packages: 0 },
      content: null,
      diagnostics: [{ severity: 'error', code: 'scan/database-unread', message: error.message, path }, ...passedOverBy(database)],
    };
  }
}

function passedOverBy({ parser, path, passedOver }: FoundDatabase): DatabaseRead['diagnostics'] {
  const message = `It is passed over: where there are several, the ${parser.type} packages are those of ${path}.`;
  return passedOver.map((other) => ({ severity: 'warning', code: 'scan/database-passed-over', message, path: other }));
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
  const { packages, diagnostics } = withoutOverlong(parser.parse(files), path);
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

/** The reason, from the fixed list, that an error stands for. */
export function reasonOf(error: CollectError): UnreadReason {
  return error instanceof UnreadableError ? error.reason : 'failed';
}
