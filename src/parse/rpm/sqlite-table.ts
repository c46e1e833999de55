import { type Content, contentOf } from './content.ts';
import { type Damage, error, type Finding, rpmCodes } from './finding.ts';
import { type PageChains, pageChains } from './page-chains.ts';
import { copyPage, type PagedFile, visitPages } from './paged-file.ts';
import { type LeafCell, type LeafPage, LINK_BYTES, readTreePage } from './sqlite-page.ts';
import { viewOf } from './view.ts';

// The part of a row that its page cannot hold is in a chain of overflow pages, each of which begins with the number of the next.

export interface Row {
  readonly id: number;
  /** The record, valid until the next row is taken. */
  readonly payload: Content | Damage;
}

export interface Tables {
  /** The rows of the table with that root page, in order. Each page is read only once: a second call for a table only finds damage. */
  readonly rows: (root: number) => Generator<Row | Finding>;
}

/** `usable` is how many bytes of a page SQLite itself uses. */
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

/** The root of the table of all tables; it begins with the header of the file. */
export const SCHEMA_PAGE = 1;
const INTERIOR_TABLE_PAGE = 5;

// Overflow pages are not marked as such, so where a page would lead is noted for every page. Those that begin like an
// interior page are not overflow pages: they would lead to a page beyond 2^26.
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
 * Whether a page in use leads to the root of a table: then it is not a root, and reading from there misses everything before
 * and after it, which nothing else would reveal.
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

/** Pages that are no longer in use: their content is outdated. https://www.sqlite.org/fileformat2.html#the_freelist */
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

/** Where the header of the file has the first page that lists free ones. */
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

/** The pages that exist and were not seen yet: only one way leads to a page. */
function newWays(pages: readonly number[], seen: Set<number>, lastPage: number): number[] {
  return pages.filter((page) => {
    const isNew = page <= lastPage && !seen.has(page);
    if (isNew) seen.add(page);
    return isNew;
  });
}

function* readLeaf({ bytes, cells }: LeafPage, chains: PageChains): Generator<Row> {
  // Cells do not overlap, so together they are no longer than the page; otherwise a few pages could hold any number of rows.
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
