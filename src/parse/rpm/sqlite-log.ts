import type { DatabaseFile } from '../parser.ts';
import { type Problem, rpmCodes, warning } from './finding.ts';
import { copyBytes, viewOf } from './view.ts';

// A write-ahead log holds pages that are newer than those of the file: a header, then frames. A frame counts if it carries
// the salts of the header, if the running checksum up to it is right, and if it, or a later one, commits.
// https://www.sqlite.org/fileformat2.html#walformat
const MAGIC_LITTLE_ENDIAN = 0x377f0682;
const MAGIC_BIG_ENDIAN = 0x377f0683;
const VERSION = 3_007_000;
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export interface Log {
  /** Where in the log the newest committed content of a page is. */
  readonly pages: ReadonlyMap<number, number>;
  /** How many pages the database has as of the last commit in the log; null if there is none. */
  readonly databasePages: number | null;
  readonly problem: Problem | null;
}

interface LogHeader {
  readonly bytes: Uint8Array;
  /** Byte order of the checksums only: numbers are always big-endian. */
  readonly littleEndian: boolean;
  readonly sums: Sums;
}

interface Frame {
  readonly page: number;
  readonly position: number;
  /** Pages of the database, if the frame commits; else 0. */
  readonly databasePages: number;
}

type Sums = readonly [number, number];

export function readLog(file: DatabaseFile, pageSize: number): Log {
  const header = readHeader(file, pageSize);
  if (header === null) return { pages: new Map(), databasePages: null, problem: damagedLog('has no valid header, and was left out') };
  const pages = new Map<number, number>();
  let uncommitted: Frame[] = [];
  let databasePages: number | null = null;
  const frames = readFrames(file, header, pageSize);
  for (let frame = frames.next(); ; frame = frames.next()) {
    if (frame.done) return { pages, databasePages, problem: frame.value };
    uncommitted.push(frame.value);
    if (frame.value.databasePages === 0) continue;
    databasePages = frame.value.databasePages;
    for (const { page, position } of uncommitted) pages.set(page, position);
    uncommitted = [];
  }
}

function readHeader(file: DatabaseFile, pageSize: number): LogHeader | null {
  const bytes = copyBytes(file.read(0, HEADER_BYTES));
  if (bytes.length < HEADER_BYTES) return null;
  const view = viewOf(bytes);
  const magic = view.getUint32(0);
  const littleEndian = magic === MAGIC_LITTLE_ENDIAN;
  if ((!littleEndian && magic !== MAGIC_BIG_ENDIAN) || view.getUint32(4) !== VERSION || view.getUint32(8) !== pageSize) return null;
  const sums = addChecksum([0, 0], view, 0, 24, littleEndian);
  return view.getUint32(24) === sums[0] && view.getUint32(28) === sums[1] ? { bytes, littleEndian, sums } : null;
}

/** Yields the frames up to the first that does not count, and returns what is wrong with that one. */
function* readFrames(file: DatabaseFile, header: LogHeader, pageSize: number): Generator<Frame, Problem | null> {
  let sums = header.sums;
  const frameBytes = FRAME_HEADER_BYTES + pageSize;
  for (let position = HEADER_BYTES; position < file.size; position += frameBytes) {
    const bytes = file.read(position, frameBytes);
    // Other salts: the frame is left over from before the log was restarted.
    if (!hasSalts(bytes, header.bytes)) return null;
    if (bytes.length < frameBytes) return damagedLog(`ends within a frame, at byte ${position}`);
    const view = viewOf(bytes);
    const head = addChecksum(sums, view, 0, 8, header.littleEndian);
    sums = addChecksum(head, view, FRAME_HEADER_BYTES, frameBytes, header.littleEndian);
    if (view.getUint32(16) !== sums[0] || view.getUint32(20) !== sums[1])
      return damagedLog(`has a wrong checksum at byte ${position}, and was left out from there`);
    yield { page: view.getUint32(0), position: position + FRAME_HEADER_BYTES, databasePages: view.getUint32(4) };
  }
  return null;
}

/** The salts are at 16 in the header, and at 8 in a frame. */
function hasSalts(frame: Uint8Array, header: Uint8Array): boolean {
  for (let i = 0; i < 8; i++) if (frame[8 + i] !== header[16 + i]) return false;
  return true;
}

// https://www.sqlite.org/fileformat2.html#checksum_algorithm
function addChecksum([first, second]: Sums, view: DataView, start: number, end: number, littleEndian: boolean): Sums {
  let a = first;
  let b = second;
  for (let at = start; at < end; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

function damagedLog(fault: string): Problem {
  return warning(rpmCodes.damagedLog, `The write-ahead log ${fault}.`);
}
