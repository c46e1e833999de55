import { readVarint } from './sqlite-record.ts';
import { viewOf } from './view.ts';

// A table is a b-tree: interior pages lead to others, leaves hold the rows. A page is a header, pointers to its cells, a gap,
// and the cells, with free blocks among them.
// https://www.sqlite.org/fileformat2.html#b_tree_pages
const pageTypes = { interior: 5, leaf: 13 } as const;
export const LINK_BYTES = 4;
/** On page 1, the header of the file precedes the b-tree. */
const FILE_HEADER_BYTES = 100;
const LEAST_CELL_BYTES = 4;

export interface InteriorPage {
  readonly leaf: false;
  readonly children: readonly number[];
  /** Whether its bytes add up: else a cell is missing. */
  readonly whole: boolean;
}

export interface LeafPage {
  readonly leaf: true;
  readonly bytes: Uint8Array;
  readonly cells: readonly LeafCell[];
  readonly whole: boolean;
}

export interface LeafCell {
  /** Number of the row. */
  readonly id: number;
  /** How long the row is. */
  readonly length: number;
  /** Where the part of it on this page is. */
  readonly start: number;
  readonly end: number;
  /** Whether the number of another page, which has the rest, follows. */
  readonly overflows: boolean;
}

/** `usable` is how many bytes of a page SQLite itself uses. Null if the page is not part of a table. */
export function readTreePage(page: Uint8Array, number: number, usable: number): InteriorPage | LeafPage | null {
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  const bytes = page.subarray(0, usable);
  const view = viewOf(bytes);
  const type = view.getUint8(start);
  if (type !== pageTypes.leaf && type !== pageTypes.interior) return null;
  const pointers = start + (type === pageTypes.leaf ? 8 : 12);
  const count = view.getUint16(start + 3);
  if (pointers + count * 2 > usable) return null;
  const places = Array.from({ length: count }, (_, i) => view.getUint16(pointers + i * 2));
  return type === pageTypes.leaf ? readLeaf(bytes, start, places) : readInterior(bytes, start, places);
}

function readLeaf(bytes: Uint8Array, start: number, places: readonly number[]): LeafPage {
  const cells = places.map((place) => readCell(bytes, place));
  const lengths = cells.map(({ end, overflows }, i) => end + (overflows ? LINK_BYTES : 0) - (places[i] ?? 0));
  return { leaf: true, bytes, cells, whole: addsUp(bytes, start, lengths) };
}

function readInterior(bytes: Uint8Array, start: number, places: readonly number[]): InteriorPage {
  const view = viewOf(bytes);
  const children = [...places, start + 8].map((place) => (place + LINK_BYTES <= bytes.length ? view.getUint32(place) : 0));
  const lengths = places.map((place) => readVarint(bytes, place + LINK_BYTES).end - place);
  return { leaf: false, children, whole: addsUp(bytes, start, lengths) };
}

function readCell(bytes: Uint8Array, place: number): LeafCell {
  const length = readVarint(bytes, place);
  const id = readVarint(bytes, length.end);
  const local = localBytes(length.value, bytes.length);
  return { id: id.value, length: length.value, start: id.end, end: id.end + local, overflows: length.value > local };
}

/** How much of a row is on its leaf: the file format's formula. */
function localBytes(length: number, usable: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - LINK_BYTES));
  return fitting <= most ? fitting : least;
}

// Every byte after the gap belongs to a cell, to a free block, or is counted as a fragment. SQLite checks the same
// (PRAGMA integrity_check); here it reveals that a damaged count or pointer leaves out a cell, which nothing else would.
function addsUp(bytes: Uint8Array, start: number, lengths: readonly number[]): boolean {
  const view = viewOf(bytes);
  // 65536 does not fit in the field, and is written as 0.
  const content = view.getUint16(start + 5) || 65_536;
  const cells = lengths.reduce((sum, length) => sum + Math.max(length, LEAST_CELL_BYTES), 0);
  return content + cells + freeBytes(view, view.getUint16(start + 1)) + view.getUint8(start + 7) === bytes.length;
}

/** The free blocks are in ascending order; each begins with the position of the next and its own length. */
function freeBytes(view: DataView, first: number): number {
  let sum = 0;
  for (let at = first, before = 0; at > before && at + 4 <= view.byteLength; before = at, at = view.getUint16(at))
    sum += view.getUint16(at + 2);
  return sum;
}
