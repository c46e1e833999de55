import type { DatabaseFile } from '../parser.ts';
import { damagedRecord, error, type Finding, isDamage, type Problem, rpmCodes } from './finding.ts';
import { countPages, isPageSize, type PagedFile, pagedFile } from './paged-file.ts';
import { mergeLog, readLog } from './sqlite-log.ts';
import { blobColumn, integerColumn, textColumn } from './sqlite-record.ts';
import { openTables, type Row, SCHEMA_PAGE, type Tables } from './sqlite-table.ts';
import { hasText, viewOf } from './view.ts';

// https://www.sqlite.org/fileformat2.html
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
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

/** `log` is the write-ahead log, if there is one beside the file. */
export function* readSqlite(file: DatabaseFile, log: DatabaseFile | null): Generator<Finding> {
  const header = readFileHeader(file);
  if ('kind' in header) return yield header;
  const { pageSize, reservedBytes } = header;
  const main = pagedFile(file, { pageSize, firstPage: 1, lastPage: countPages(file, pageSize) });
  const { pages, problem, declared } = withLog(main, header.pages, log);
  if (problem !== null) yield problem;
  if (pages.lastPage < declared) yield error(rpmCodes.truncated, `The file ends before its last page, ${declared}.`);
  yield* readPackages(openTables(pages, pageSize - reservedBytes));
}

interface Opened {
  readonly pages: PagedFile;
  /** How many pages there should be. */
  readonly declared: number;
  readonly problem: Problem | null;
}

function withLog(main: PagedFile, declared: number, file: DatabaseFile | null): Opened {
  const log = file === null || file.size === 0 ? null : readLog(file, main.pageSize);
  if (file === null || log === null || log.databasePages === null) {
    return { pages: { ...main, lastPage: Math.min(main.lastPage, declared) }, declared, problem: log?.problem ?? null };
  }
  return { pages: mergeLog(main, file, log), declared: log.databasePages, problem: log.problem };
}

function readFileHeader(file: DatabaseFile): FileHeader | Finding {
  const bytes = file.read(0, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES) return error(rpmCodes.truncated, 'The file ends within its header.');
  const view = viewOf(bytes);
  // 65536 does not fit in the field, and is written as 1.
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  const reservedBytes = view.getUint8(20);
  const encoding = view.getUint32(56);
  // A page has 480 bytes at least for SQLite itself.
  if (!isPageSize(pageSize) || pageSize - reservedBytes < 480)
    return error(rpmCodes.damagedFile, 'The header of the SQLite file is damaged.');
  if (encoding > UTF_8) return error(rpmCodes.unsupported, 'The SQLite file is not in UTF-8.');
  // The count of pages is good if the version that wrote it is that of the last change; old SQLite did not write it.
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
