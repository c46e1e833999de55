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
