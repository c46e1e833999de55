import type { DatabaseFile } from '../parser.ts';
import { error, type Problem, rpmCodes } from './finding.ts';
import { countPages, isPageSize } from './paged-file.ts';
import { type Patch, patchFile } from './patched-file.ts';
import { viewOf } from './view.ts';

// A rollback journal holds pages as they were before a transaction that is in progress, or that never ended. It consists of segments:
// a header, which takes up a sector, and records of one page each, preceded by its number and followed by a checksum.
// https://www.sqlite.org/fileformat2.html#the_rollback_journal, and pager_playback in SQLite's src/pager.c
const MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7] as const;
const HEADER_BYTES = 28;
const NUMBER_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** Instead of the number of records: as many as there are up to the end of the journal. */
const TO_THE_END = 0xffffffff;
/** The checksum of a page covers only bytes this far apart. */
const CHECKSUM_STEP = 200;

interface Segment {
  readonly records: number;
  readonly nonce: number;
  /** Pages of the database before the transaction. */
  readonly databasePages: number;
  readonly sectorSize: number;
  readonly pageSize: number;
}

interface Replay {
  readonly pages: Map<number, number>;
  /** What is wrong with the first invalid record. */
  readonly fault: string | null;
}

export interface RolledBack {
  readonly file: DatabaseFile;
  readonly problem: Problem | null;
}

/** The database as it was before the transaction of its journal. A journal whose transaction ended changes nothing. */
export function rollBack(main: DatabaseFile, journal: DatabaseFile): RolledBack {
  // PRAGMA journal_mode = PERSIST ends a transaction by overwriting the header with zeroes.
  if ((journal.read(0, 1)[0] ?? 0) === 0) return { file: main, problem: null };
  const first = readSegment(journal, 0);
  // SQLite accepts smaller sectors too, but there are none.
  if (first === null || !isPageSize(first.pageSize) || !isPageSize(first.sectorSize))
    return { file: main, problem: damagedJournal('has no valid header, and was left out') };
  const { pages, fault } = replay(journal, first);
  const problem = fault === null ? null : damagedJournal(fault);
  return { file: patchFile(main, patchOf(main, journal, first, pages)), problem };
}

function patchOf(main: DatabaseFile, journal: DatabaseFile, { databasePages, pageSize }: Segment, pages: Replay['pages']): Patch {
  // A transaction removes pages only at the end: there are no more than both files have together.
  return { file: journal, pageSize, pages, lastPage: Math.min(databasePages, countPages(main, pageSize) + pages.size) };
}

function replay(journal: DatabaseFile, first: Segment): Replay {
  const { sectorSize, pageSize } = first;
  const recordBytes = NUMBER_BYTES + pageSize + CHECKSUM_BYTES;
  const pages = new Map<number, number>();
  let position = 0;
  for (let segment: Segment | null = first; segment !== null; segment = readSegment(journal, position)) {
    position += sectorSize;
    const rest = Math.floor((journal.size - position) / recordBytes);
    const records = segment.records === TO_THE_END ? rest : segment.records;
    for (let record = 0; record < records; record++, position += recordBytes) {
      const page = readRecord(journal, position, pageSize, segment.nonce);
      if (page === null) return { pages, fault: `has no valid record at byte ${position}, and was left out from there` };
      pages.set(page, position + NUMBER_BYTES);
    }
    // The next segment begins with a sector.
    position = Math.ceil(position / sectorSize) * sectorSize;
  }
  return { pages, fault: null };
}

/** Null if there is none, as after the last. Sizes count only in the first. */
function readSegment(journal: DatabaseFile, position: number): Segment | null {
  const bytes = journal.read(position, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  const view = viewOf(bytes);
  return {
    records: view.getUint32(8),
    nonce: view.getUint32(12),
    databasePages: view.getUint32(16),
    sectorSize: view.getUint32(20),
    pageSize: view.getUint32(24),
  };
}

/** The number of its page; null if the record is damaged or incomplete. */
function readRecord(journal: DatabaseFile, position: number, pageSize: number, nonce: number): number | null {
  const bytes = journal.read(position, NUMBER_BYTES + pageSize + CHECKSUM_BYTES);
  if (bytes.length < NUMBER_BYTES + pageSize + CHECKSUM_BYTES) return null;
  const view = viewOf(bytes);
  let sum = nonce;
  for (let at = pageSize - CHECKSUM_STEP; at > 0; at -= CHECKSUM_STEP) sum += view.getUint8(NUMBER_BYTES + at);
  const page = view.getUint32(0);
  return page === 0 || view.getUint32(NUMBER_BYTES + pageSize) !== sum >>> 0 ? null : page;
}

// Part of a transaction that did not end is in the database: packages that it was to remove may be missing.
function damagedJournal(fault: string): Problem {
  return error(rpmCodes.damagedLog, `The rollback journal ${fault}.`);
}
