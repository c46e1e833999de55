import type { DatabaseFile } from '../parser.ts';
import { type Content, contentOf } from './content.ts';
import { type Damage, damagedRecord, error, type Finding, isDamage, rpmCodes } from './finding.ts';
import { copyBytes, hasText, viewOf } from './view.ts';

// rpm's own format, used by SUSE: a head, pages of slots that say where each header is, then the headers.
// Little-endian. Defined in rpm's lib/backend/ndb/rpmpkg.c.
const MAGIC = 'RpmP';
const SLOT_MAGIC = 'Slot';
const VERSION = 0;
const HEAD_BYTES = 32;
const SLOT_PAGE_BYTES = 4096;
const SLOT_BYTES = 16;
/** Positions and lengths are in units of this. */
const UNIT_BYTES = 16;
const BLOB_HEAD_BYTES = 16;
const BLOB_TAIL_BYTES = 12;

// Headers do not overlap, so all of them together are no longer than the file. Reading as much again allows for damaged slots.
const READ_LIMIT = 2;

interface Slot {
  readonly record: number;
  readonly unit: number;
  readonly units: number;
}

export function isNdb(start: Uint8Array): boolean {
  return hasText(start, 0, MAGIC);
}

export function* readNdb(file: DatabaseFile): Generator<Finding> {
  const head = file.read(0, HEAD_BYTES);
  if (head.length < HEAD_BYTES) return yield error(rpmCodes.truncated, 'The file ends within its head.');
  const version = viewOf(head).getUint32(4, true);
  const slotPages = viewOf(head).getUint32(12, true);
  if (version !== VERSION) return yield error(rpmCodes.unsupported, `Version ${version} of rpm's NDB format is not known.`);
  if (slotPages === 0) return yield error(rpmCodes.damagedFile, 'The head of the file names no pages of slots.');
  const whole = Math.min(slotPages, Math.floor(file.size / SLOT_PAGE_BYTES));
  if (whole < slotPages) yield error(rpmCodes.truncated, `The file ends within its ${slotPages} pages of slots.`);
  // Headers follow the slots, never more slots.
  if (hasText(file.read(whole * SLOT_PAGE_BYTES, SLOT_BYTES), 0, SLOT_MAGIC))
    yield error(rpmCodes.damagedFile, 'The head of the file names too few pages of slots.');
  const readBlob = blobReader(file);
  for (let page = 0; page < whole; page++) {
    for (const slot of readSlots(file, page)) yield 'kind' in slot ? slot : readBlob(slot);
  }
}

function* readSlots(file: DatabaseFile, page: number): Generator<Slot | Finding> {
  const bytes = copyBytes(file.read(page * SLOT_PAGE_BYTES, SLOT_PAGE_BYTES));
  const view = viewOf(bytes);
  for (let at = page === 0 ? HEAD_BYTES : 0; at < bytes.length; at += SLOT_BYTES) {
    if (!hasText(bytes, at, SLOT_MAGIC)) return yield error(rpmCodes.damagedPage, `Page ${page} of the slots is damaged.`);
    const slot = { record: view.getUint32(at + 4, true), unit: view.getUint32(at + 8, true), units: view.getUint32(at + 12, true) };
    const free = slot.record === 0 && slot.unit === 0 && slot.units === 0;
    if (!free) yield slot;
  }
}

function blobReader(file: DatabaseFile): (slot: Slot) => Finding {
  let budget = file.size * READ_LIMIT;
  return (slot) => {
    const content = contentLength(file, slot);
    if (isDamage(content)) return damagedRecord(slot.record, content);
    budget -= slot.units * UNIT_BYTES;
    const blob = budget < 0 ? { damage: 'the records overlap' } : readBlob(file, slot, content);
    return isDamage(blob) ? damagedRecord(slot.record, blob) : { kind: 'header', record: slot.record, blob };
  };
}

/** The length of the header that a slot points to. The bytes before it must agree with the slot. */
function contentLength(file: DatabaseFile, { record, unit, units }: Slot): number | Damage {
  if ((unit + units) * UNIT_BYTES > file.size) return { damage: 'it lies beyond the end of the file' };
  const head = file.read(unit * UNIT_BYTES, BLOB_HEAD_BYTES);
  if (head.length < BLOB_HEAD_BYTES || !hasText(head, 0, 'BlbS')) return { damage: 'its head is damaged' };
  const content = viewOf(head).getUint32(12, true);
  const matches = Math.ceil((BLOB_HEAD_BYTES + content + BLOB_TAIL_BYTES) / UNIT_BYTES) === units;
  return matches && viewOf(head).getUint32(4, true) === record ? content : { damage: 'its head belongs to another' };
}

function readBlob(file: DatabaseFile, { unit, units }: Slot, content: number): Content | Damage {
  const blob = file.read(unit * UNIT_BYTES, units * UNIT_BYTES);
  if (blob.length < units * UNIT_BYTES) return { damage: 'the file ended while it was read' };
  const fault = faultOfTail(blob, content);
  return fault === null ? contentOf(blob.subarray(BLOB_HEAD_BYTES, BLOB_HEAD_BYTES + content)) : { damage: fault };
}

function faultOfTail(blob: Uint8Array, content: number): string | null {
  const tail = blob.length - BLOB_TAIL_BYTES;
  const view = viewOf(blob);
  if (!hasText(blob, tail + 8, 'BlbE') || view.getUint32(tail + 4, true) !== content) return 'its tail is damaged';
  return view.getUint32(tail, true) === adler32(blob, tail) ? null : 'its checksum is wrong';
}

// RFC 1950. This many bytes can be added before the sums exceed 32 bits.
const ADLER_MODULUS = 65_521;
const ADLER_RUN = 5552;

function adler32(bytes: Uint8Array, length: number): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < length; ) {
    const end = Math.min(at + ADLER_RUN, length);
    for (; at < end; at++) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
