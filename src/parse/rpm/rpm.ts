import type { PackageRecord } from '../../model/package.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, tooManyPackages } from '../parser.ts';
import { isBerkeleyHash, readBerkeleyHash } from './berkeley-db.ts';
import { error, type Finding, type HeaderBlob, isDamage, type Problem, rpmCodes, warning } from './finding.ts';
import { parseHeader } from './header.ts';
import { isNdb, readNdb } from './ndb.ts';
import { isKey, toRecord } from './record.ts';
import { isSqlite, keepsJournal, readSqlite } from './sqlite.ts';

/** rpm uses one of them, and only its macros say which. Systems that moved theirs kept the last, now usually a link. */
const folders = ['/usr/lib/sysimage/rpm', '/usr/share/rpm', '/var/lib/rpm'] as const;
const LOG_SUFFIX = '-wal';
const JOURNAL_SUFFIX = '-journal';

// Eight times the largest known one, of a workstation with everything installed. It is read in pieces: at most the largest
// header is in memory at a time, and ten bytes per page.
const MAX_BYTES = 1024 ** 3;

// A damaged file can have a problem on every page; after this many the rest are only counted.
const MAX_DIAGNOSTICS = 100;

const MAGIC_BYTES = 16;

export const rpm = {
  type: 'rpm',
  // Of several in a folder, rpm takes the first in this order unless told to prefer another: its lib/backend/dbi.c, dbDetectBackend.
  locations: folders.flatMap((folder) => [
    { path: `${folder}/rpmdb.sqlite`, beside: [LOG_SUFFIX] },
    { path: `${folder}/Packages.db` },
    { path: `${folder}/Packages` },
  ]),
  takesFirst: true,
  maxBytes: MAX_BYTES,
  parse: parseRpm,
} as const satisfies Parser;

/** Takes the database, followed by what SQLite keeps beside it, if anything. */
function parseRpm(files: readonly DatabaseFile[]): ParseResult {
  const file = files[0];
  if (file === undefined) return { packages: [], diagnostics: [] };
  const { packages, problems } = collect(readDatabase(file, files));
  const diagnostics = problems.map(({ severity, code, message }) => ({ severity, code, message, path: file.path }));
  // rpm itself has SQLite keep a log: only a database that was made otherwise has a journal.
  return { packages, diagnostics, ...(keepsJournal(file) && { mayHaveBeside: [JOURNAL_SUFFIX] }) };
}

/** The format is recognized by the file's content, never by its name. */
function readDatabase(file: DatabaseFile, files: readonly DatabaseFile[]): Iterable<Finding> {
  if (file.size === 0) return [error(rpmCodes.emptyFile, 'The file is empty.')];
  const start = file.read(0, MAGIC_BYTES);
  const beside = (suffix: string) => files.find(({ path }) => path === file.path + suffix) ?? null;
  if (isSqlite(start)) return readSqlite(file, { journal: beside(JOURNAL_SUFFIX), log: beside(LOG_SUFFIX) });
  if (isNdb(start)) return readNdb(file);
  if (isBerkeleyHash(start)) return readBerkeleyHash(file);
  return [error(rpmCodes.unknownFormat, 'The file is no rpm database: neither SQLite, nor NDB, nor a hash of Berkeley DB.')];
}

interface Collected {
  readonly packages: readonly PackageRecord[];
  readonly problems: readonly Problem[];
}

function collect(findings: Iterable<Finding>): Collected {
  const packages: PackageRecord[] = [];
  const problems: Problem[] = [];
  let untold = 0;
  for (const finding of findings) {
    const result = finding.kind === 'header' ? readPackage(finding) : finding;
    if (result === null) continue;
    if (!('kind' in result)) {
      if (packages.length === maxPackages) {
        problems.push(error(rpmCodes.manyPackages, tooManyPackages));
        break;
      }
      packages.push(result);
    } else if (problems.length < MAX_DIAGNOSTICS) problems.push(result);
    else if (++untold === maxPackages) break;
  }
  if (untold === maxPackages)
    problems.push(error(rpmCodes.manyProblems, `There are more than ${maxPackages} problems: the rest of this file is not read.`));
  else if (untold > 0) problems.push(error(rpmCodes.manyProblems, `${untold} more problems of this file are not listed.`));
  const unread = problems.some(({ severity }) => severity === 'error');
  if (packages.length === 0 && !unread) problems.push(warning(rpmCodes.noPackages, 'The database has no packages.'));
  return { packages, problems };
}

/** The package of a header; null for a key. */
function readPackage({ record, blob }: HeaderBlob): PackageRecord | Problem | null {
  const header = parseHeader(blob);
  if (isDamage(header)) return error(rpmCodes.damagedHeader, `Record ${record} is left out: ${header.damage}.`);
  return isKey(header) ? null : toRecord(header);
}
