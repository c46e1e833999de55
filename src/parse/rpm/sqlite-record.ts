import { type Content, partOf } from './content.ts';
import { viewOf } from './view.ts';

// A record is a header (its length, then a type for each column), followed by the values.
// https://www.sqlite.org/fileformat2.html#record_format

export interface Varint {
  readonly value: number;
  /** Position after it. */
  readonly end: number;
}

/** A number of one to nine bytes. It is inexact above 2^53, which no real length or row number reaches. */
export function readVarint(bytes: Uint8Array, start: number): Varint {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[start + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return { value: value * 256 + (bytes[start + 8] ?? 0), end: start + 9 };
}

interface Column {
  readonly type: number;
  readonly content: Content;
}

/** The length of the header and the types of four columns, at most nine bytes each: no column after these is ever read. */
const HEAD_BYTES = 45;

const FIRST_BLOB_TYPE = 12;
const integerBytes: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOfType(type: number): number {
  return type >= FIRST_BLOB_TYPE ? Math.floor((type - FIRST_BLOB_TYPE) / 2) : (integerBytes[type] ?? 0);
}

function readColumn(record: Content, wanted: number): Column | null {
  const head = record.read(0, HEAD_BYTES);
  const header = readVarint(head, 0);
  let value = header.value;
  for (let at = header.end, column = 0; at < header.value; column++) {
    const type = readVarint(head, at);
    const length = lengthOfType(type.value);
    if (value + length > record.length) return null;
    if (column === wanted) return { type: type.value, content: partOf(record, value, length) };
    value += length;
    at = type.end;
  }
  return null;
}

/** The bytes of a column, or null if it holds something else. */
export function blobColumn(record: Content, wanted: number): Content | null {
  const column = readColumn(record, wanted);
  return column !== null && column.type >= FIRST_BLOB_TYPE && column.type % 2 === 0 ? column.content : null;
}

export function textColumn(record: Content, wanted: number): string | null {
  const column = readColumn(record, wanted);
  return column !== null && column.type > FIRST_BLOB_TYPE && column.type % 2 === 1 ? new TextDecoder().decode(wholeOf(column)) : null;
}

/** A positive number of up to four bytes, such as the number of a page. */
export function integerColumn(record: Content, wanted: number): number | null {
  const column = readColumn(record, wanted);
  if (column === null) return null;
  if (column.type === 9) return 1;
  if (column.type < 1 || column.type > 4) return null;
  const bytes = new Uint8Array(4);
  bytes.set(wholeOf(column), 4 - column.content.length);
  return viewOf(bytes).getUint32(0);
}

function wholeOf({ content }: Column): Uint8Array {
  return content.read(0, content.length);
}
