import { type Damage, error, type Finding, rpmCodes } from './finding.ts';
import { type PageChains, pageChains } from './page-chains.ts';
import { copyPage, type PagedFile, visitPages } from './paged-file.ts';
import { readVarint } from './sqlite-record.ts';
import { viewOf } from './view.ts';

// A table is a b-tree: interior pages lead to others, leaves hold the rows. What of a row is too long for its leaf lies in
// a chain of overflow pages, each of which begins with the number of the next.
// https://www.sqlite.org/fileformat2.html#b_tree_pages
const pageTypes = { interior: 5, leaf: 13 } as const;
const LINK_BYTES = 4;
/** In front of the b-tree on page 1 stands the header of the file. */
const FILE_HEADER_BYTES = 100;

export interface Row {
  readonly id: number;
  /** The record, good until the next row is taken. */
  readonly payload: Uint8Array | Damage;
}

export interface Tables {
  /** The rows of the table with that root page, in their order. A page is read once only: of two calls for one table the second gives nothing. */
  readonly rows: (root: number) => Generator<Row | Finding>;
}

/** `usable` is what a page has for SQLite itself. */
export function openTables(file: PagedFile, usable: number): Tables {
  const chains = pageChains(file, surveyLinks(file, usable));
  return { rows: (root) => readRows(file, usable, chains, root) };
}

// No page says that it is one of overflow: so where it would lead is noted for every page.
function surveyLinks(file: PagedFile, usable: number) {
  const count = file.lastPage + 1;
  const next = new Uint32Array(count);
  visitPages(file, (page, view, position) => {
    next[page] = view.getUint32(position);
  });
  const held = new Uint16Array(count).fill(usable - LINK_BYTES);
  held[0] = 0;
  return { next, previous: null, held, headerBytes: LINK_BYTES };
}

function* readRows(file: PagedFile, usable: number, chains: PageChains, root: number): Generator<Row | Finding> {
  const ahead = [root];
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    const page = copyPage(file, number);
    const tree = page === null ? null : readTreePage(page, number, usable);
    if (tree === null || !chains.claim(number)) yield error(rpmCodes.damagedPage, `Page ${number} cannot be read as a part of a table.`);
    else if (tree.leaf) yield* readLeaf(tree, usable, chains);
    else ahead.push(...childrenOf(tree).reverse());
  }
}

interface TreePage {
  readonly bytes: Uint8Array;
  readonly leaf: boolean;
  /** Where its cells lie. */
  readonly cells: readonly number[];
  /** Where the number of the last child stands, on an interior page. */
  readonly lastChild: number;
}

function readTreePage(page: Uint8Array, number: number, usable: number): TreePage | null {
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  const view = viewOf(page);
  const type = view.getUint8(start);
  if (type !== pageTypes.leaf && type !== pageTypes.interior) return null;
  const leaf = type === pageTypes.leaf;
  const pointers = start + (leaf ? 8 : 12);
  const count = view.getUint16(start + 3);
  if (pointers + count * 2 > usable) return null;
  const cells = Array.from({ length: count }, (_, i) => view.getUint16(pointers + i * 2));
  return { bytes: page.subarray(0, usable), leaf, cells, lastChild: start + 8 };
}

function childrenOf({ bytes, cells, lastChild }: TreePage): number[] {
  const view = viewOf(bytes);
  return [...cells, lastChild].map((at) => (at + 4 <= bytes.length ? view.getUint32(at) : 0));
}

function* readLeaf({ bytes, cells }: TreePage, usable: number, chains: PageChains): Generator<Row> {
  // Cells do not overlap, so together they are no longer than the page; else a few pages could hold any number of rows.
  let room = usable;
  for (const cell of cells) {
    const length = readVarint(bytes, cell);
    const id = readVarint(bytes, length.end);
    const local = localBytes(length.value, usable);
    room -= local;
    const payload = room < 0 ? { damage: 'the records of its page overlap' } : readPayload(bytes, id.end, local, length.value, chains);
    yield { id: id.value, payload };
  }
}

function readPayload(page: Uint8Array, start: number, local: number, length: number, chains: PageChains): Uint8Array | Damage {
  const end = start + local;
  const overflows = length > local;
  if (end + (overflows ? LINK_BYTES : 0) > page.length) return { damage: 'it does not fit on its page' };
  const bytes = page.subarray(start, end);
  return overflows ? chains.read(viewOf(page).getUint32(end), length, bytes) : bytes;
}

/** How much of a row lies on its leaf: the formula of the format. */
function localBytes(length: number, usable: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - LINK_BYTES));
  return fitting <= most ? fitting : least;
}
