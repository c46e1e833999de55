import { type Content, contentOf } from './content.ts';
import { type Damage, error, type Finding, rpmCodes } from './finding.ts';
import { type PageChains, pageChains } from './page-chains.ts';
import { copyPage, type PagedFile, visitPages } from './paged-file.ts';
import { type LeafCell, type LeafPage, LINK_BYTES, readTreePage } from './sqlite-page.ts';
import { viewOf } from './view.ts';

// What of a row is too long for its page lies in a chain of overflow pages, each of which begins with the number of the next.

export interface Row {
  readonly id: number;
  /** The record, good until the next row is taken. */
  readonly payload: Content | Damage;
}

export interface Tables {
  /** The rows of the table with that root page, in their order. A page is read once: for the same table again, nothing is found. */
  readonly rows: (root: number) => Generator<Row | Finding>;
}

/** `usable` is what a page has for SQLite itself. */
export function openTables(file: PagedFile, usable: number): Tables {
  const { interior, ...links } = surveyPages(file, usable);
  const chains = pageChains(file, links);
  return {
    *rows(root) {
      if (root !== SCHEMA_PAGE && hasParent(file, usable, root, interior))
        yield error(rpmCodes.damagedPage, `Page ${root}, where a table should begin, is in the midst of one: the rest of it is left out.`);
      yield* readRows(file, usable, chains, root);
    },
  };
}

/** The table of all tables, which the head of the file makes longer than a page of its own. */
export const SCHEMA_PAGE = 1;
const INTERIOR_TABLE_PAGE = 5;

// No page says that it is one of overflow: so where it would lead is noted for every page. Those that begin like the inside
// of a table are none: it would be the number of a page beyond 2^26.
function surveyPages(file: PagedFile, usable: number) {
  const count = file.lastPage + 1;
  const next = new Uint32Array(count);
  const interior: number[] = [];
  visitPages(file, (page, view, position) => {
    next[page] = view.getUint32(position);
    if (view.getUint8(position) === INTERIOR_TABLE_PAGE) interior.push(page);
  });
  const held = new Uint16Array(count).fill(usable - LINK_BYTES);
  held[0] = 0;
  return { next, previous: null, held, headerBytes: LINK_BYTES, interior };
}

/**
 * Whether a page in use leads to the root of a table: then it is no root, and who begins there misses all that comes before
 * and after it, of which nothing else would tell.
 */
function hasParent(file: PagedFile, usable: number, root: number, interior: readonly number[]): boolean {
  const memory = new Uint8Array(file.pageSize);
  const parents = interior.filter((page) => {
    const tree = copyPage(file, page, memory) ? readTreePage(memory, page, usable) : null;
    return tree !== null && !tree.leaf && tree.children.includes(root);
  });
  if (parents.length === 0) return false;
  const free = freePages(file);
  return parents.some((page) => !free.has(page));
}

/** Pages that are in use no more: what is on them is from before. https://www.sqlite.org/fileformat2.html#the_freelist */
function freePages(file: PagedFile): ReadonlySet<number> {
  const free = new Set<number>();
  const memory = new Uint8Array(file.pageSize);
  let trunk = copyPage(file, SCHEMA_PAGE, memory) ? viewOf(memory).getUint32(FIRST_TRUNK) : 0;
  while (trunk !== 0 && !free.has(trunk) && copyPage(file, trunk, memory)) {
    free.add(trunk);
    const view = viewOf(memory);
    const leaves = Math.min(view.getUint32(4), file.pageSize / 4 - 2);
    for (let index = 0; index < leaves; index++) free.add(view.getUint32(8 + index * 4));
    trunk = view.getUint32(0);
  }
  return free;
}

/** Where the head of the file has the first page that lists free ones. */
const FIRST_TRUNK = 32;

function* readRows(file: PagedFile, usable: number, chains: PageChains, root: number): Generator<Row | Finding> {
  const ahead = [root];
  const seen = new Set(ahead);
  const memory = new Uint8Array(file.pageSize);
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    const tree = copyPage(file, number, memory) ? readTreePage(memory, number, usable) : null;
    if (tree === null || !chains.claim(number)) {
      yield error(rpmCodes.damagedPage, `Page ${number} cannot be read as a part of a table.`);
      continue;
    }
    const ways = tree.leaf ? [] : newWays(tree.children, seen, file.lastPage);
    const allWays = tree.leaf || ways.length === tree.children.length;
    if (!tree.whole || !allWays) yield error(rpmCodes.damagedPage, `Page ${number} does not add up: something of it is left out.`);
    if (tree.leaf) yield* readLeaf(tree, chains);
    else ahead.push(...ways.reverse());
  }
}

/** The pages that are there and were not seen yet: there is one way only to a page. */
function newWays(pages: readonly number[], seen: Set<number>, lastPage: number): number[] {
  return pages.filter((page) => {
    const isNew = page <= lastPage && !seen.has(page);
    if (isNew) seen.add(page);
    return isNew;
  });
}

function* readLeaf({ bytes, cells }: LeafPage, chains: PageChains): Generator<Row> {
  // Cells do not overlap, so together they are no longer than the page; else a few pages could hold any number of rows.
  let room = bytes.length;
  for (const cell of cells) {
    room -= cell.end - cell.start;
    yield { id: cell.id, payload: room < 0 ? { damage: 'the records of its page overlap' } : readPayload(bytes, cell, chains) };
  }
}

function readPayload(page: Uint8Array, { start, end, length, overflows }: LeafCell, chains: PageChains): Content | Damage {
  if (end + (overflows ? LINK_BYTES : 0) > page.length) return { damage: 'it does not fit on its page' };
  const bytes = page.subarray(start, end);
  return overflows ? chains.open(viewOf(page).getUint32(end), length, bytes) : contentOf(bytes);
}
