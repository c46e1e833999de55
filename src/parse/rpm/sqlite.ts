import type { DatabaseFile } from '../parser.ts';
import { damagedRecord, error, type Finding, isDamage, type Problem, rpmCodes } from './finding.ts';
import { countPages, isPageSize, type PagedFile, pagedFile } from './paged-file.ts';
import { patchFile } from './patched-file.ts';
import { rollBack } from './sqlite-journal.ts';
import { readLog } from './sqlite-log.ts';
import { blobColumn, integerColumn, textColumn } from './sqlite-record.ts';
import { openTables, type Row, SCHEMA_PAGE, type Tables } from './sqlite-table.ts';
import { hasText, viewOf } from './view.ts';

// https://www.sqlite.org/fileformat2.html
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const WRITE_VERSION = 18;
/** A file with a write-ahead log has 2. */
const ROLLBACK_JOURNAL = 1;
const UTF_8 = 1;

// Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL), in rpm's lib/backend/sqlite.c.
const TABLE = 'Packages';
const BLOB = 1;
const schemaColumns = { type: 0, name: 1, rootPage: 3 } as const;

interface FileHeader {
  readonly pageSize: number;
  /** At the end of each page, for extensions. */
  readonly reservedBytes: number;
  readonly pages: number;
}

export function isSqlite(start: Uint8Array): boolean {
  return hasText(start, 0, MAGIC);
}

/** Whether the file keeps a rollback journal, by its header. */
export function keepsJournal(file: DatabaseFile): boolean {
  const start = file.read(0, HEADER_BYTES);
  return isSqlite(start) && start[WRITE_VERSION] === ROLLBACK_JOURNAL;
}

/** What SQLite keeps beside the file, as far as it exists. */
export interface BesideSqlite {
  /** The rollback journal. */
  readonly journal: DatabaseFile | null;
  /** The write-ahead log. */
  readonly log: DatabaseFile | null;
}

export function* readSqlite(main: DatabaseFile, { journal, log }: BesideSqlite): Generator<Finding> {
  const { file, problem } = journal === null || journal.size === 0 ? { file: main, problem: null } : rollBack(main, journal);
  if (problem !== null) yield problem;
  const header = readFileHeader(file);
  if ('kind' in header) return yield header;
  const { pageSize, reservedBytes } = header;
  const opened = withLog(file, header, log);
  if (opened.problem !== null) yield opened.problem;
  const { pages, declared } = opened;
  if (pages.lastPage < declared) yield error(rpmCodes.truncated, `The file ends before its last page, ${declared}.`);
  yield* readPackages(openTables(pages, pageSize - reservedBytes));
}

interface Opened {
  readonly pages: PagedFile;
  /** How many pages there should be. */
  readonly declared: number;
  readonly problem: Problem | null;
}

function withLog(main: DatabaseFile, { pageSize, pages: declared }: FileHeader, file: DatabaseFile | null): Opened {
  const log = file === null || file.size === 0 ? null : readLog(file, pageSize);
  const mainPages = countPages(main, pageSize);
  if (file === null || log === null || log.databasePages === null) {
    const pages = pagedFile(main, { pageSize, firstPage: 1, lastPage: Math.min(mainPages, declared) });
    return { pages, declared, problem: log?.problem ?? null };
  }
  // A log adds pages only at the end: there are no more than both files have together.
  const lastPage = Math.min(log.databasePages, mainPages + log.pages.size);
  const patched = patchFile(main, { file, pageSize, pages: log.pages, lastPage });
  return { pages: pagedFile(patched, { pageSize, firstPage: 1, lastPage }), declared: log.databasePages, problem: log.problem };
}

function readFileHeader(file: DatabaseFile): FileHeader | Finding {
  const bytes = file.read(0, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES) return error(rpmCodes.truncated, 'The file ends within its header.');
  const view = viewOf(bytes);
  // 65536 does not fit in the field, and is written as 1.
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  const reservedBytes = view.getUint8(20);
  const encoding = view.getUint32(56);
  // SQLite itself needs at least 480 bytes of a page.
  if (!isPageSize(pageSize) || pageSize - reservedBytes < 480)
    return error(rpmCodes.damagedFile, 'The header of the SQLite file is damaged.');
  if (encoding > UTF_8) return error(rpmCodes.unsupported, 'The SQLite file is not in UTF-8.');
  // The page count is valid if it was written with the last change; old SQLite did not write it.
  const counted = view.getUint32(28) > 0 && view.getUint32(24) === view.getUint32(92);
  return { pageSize, reservedBytes, pages: counted ? view.getUint32(28) : Math.ceil(file.size / pageSize) };
}

function* readPackages(tables: Tables): Generator<Finding> {
  const root = yield* findTable(tables);
  if (root === null) return yield error(rpmCodes.noTable, `The SQLite file has no readable table ${TABLE}.`);
  for (const row of tables.rows(root)) {
    if ('kind' in row) yield row;
    else {
      const blob = isDamage(row.payload) ? row.payload : (blobColumn(row.payload, BLOB) ?? { damage: 'it is no header of a package' });
      yield isDamage(blob) ? damagedRecord(row.id, blob) : { kind: 'header', record: row.id, blob };
    }
  }
}

/** The root page of the table of packages. */
function* findTable(tables: Tables): Generator<Finding, number | null> {
  for (const row of tables.rows(SCHEMA_PAGE)) {
    if ('kind' in row) yield row;
    else {
      const root = rootOfTable(row);
      if (root !== null) return root;
    }
  }
  return null;
}

function rootOfTable({ payload }: Row): number | null {
  if (isDamage(payload) || textColumn(payload, schemaColumns.name) !== TABLE || textColumn(payload, schemaColumns.type) !== 'table')
    return null;
  return integerColumn(payload, schemaColumns.rootPage);
}
