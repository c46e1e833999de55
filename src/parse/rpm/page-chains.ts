import type { Content } from './content.ts';
import type { Damage } from './finding.ts';
import type { PagedFile } from './paged-file.ts';

// What is too long for its page is in a chain of other pages. Where each page leads was noted before, in one pass over
// the file: following a chain reads no file, and only the wanted parts of its pages are fetched.

/** Where the pages of chains lead, by page number. */
export interface PageLinks {
  /** The next page; 0 at the end of a chain. */
  readonly next: Uint32Array;
  /** The previous page, in formats that record it, else null. */
  readonly previous: Uint32Array | null;
  /** How many bytes of the chain are on the page; 0 if it is not part of a chain. */
  readonly held: Uint16Array;
  /** Before those bytes on each page. */
  readonly headerBytes: number;
}

export interface PageChains {
  /** The content of a chain; `start` is what precedes it, stored elsewhere. */
  readonly open: (first: number, length: number, start?: Uint8Array) => Content | Damage;
  /** Claims a page for a use other than a chain: false if it is in use already. */
  readonly claim: (page: number) => boolean;
}

// Pages of chains that turn out to be damaged may be walked again by others, so that a damaged chain does not cost its
// neighbours; in total at most this many times the pages of the file, so that time stays proportional to its size.
const WASTED_WALKS = 8;

export function pageChains(file: PagedFile, links: PageLinks): PageChains {
  // Every page belongs to at most one chain. That stops loops, and chains that share pages to turn little into much.
  const claimed = new Uint8Array(links.next.length);
  const walk = chainWalker(links, claimed);
  const open = chainOpener(file, links);
  return {
    open(first, length, start = new Uint8Array()) {
      const pages = walk(first, length - start.length);
      return 'damage' in pages ? pages : open(pages, start, length);
    },
    claim(page) {
      if (claimed[page] !== 0) return false;
      claimed[page] = 1;
      return true;
    },
  };
}

function chainWalker(links: PageLinks, claimed: Uint8Array): (first: number, length: number) => readonly number[] | Damage {
  const { next, previous, held } = links;
  let wasted = 0;
  const faultOf = (page: number, before: number): string | null => {
    if (page === 0) return 'its chain of pages ends too early';
    if (page >= next.length || held[page] === 0) return `its chain of pages leads to page ${page}, which is none of a chain`;
    if (claimed[page] !== 0) return `its chain of pages comes to page ${page}, which is used already`;
    return previous !== null && previous[page] !== before ? `page ${page} of its chain of pages belongs to another` : null;
  };
  return (first, length) => {
    if (wasted > WASTED_WALKS * next.length) return { damage: 'too many chains of pages are damaged' };
    const pages: number[] = [];
    let left = length;
    let fault: string | null = null;
    for (let page = first, before = 0; left > 0 && fault === null; before = page, page = next[page] ?? 0) {
      fault = faultOf(page, before);
      if (fault !== null) break;
      claimed[page] = 1;
      pages.push(page);
      left -= held[page] ?? 0;
    }
    fault ??= faultOfEnd(links, pages, left);
    if (fault === null) return pages;
    for (const page of pages) claimed[page] = 0;
    wasted += pages.length;
    return { damage: fault };
  };
}

function faultOfEnd({ next, previous }: PageLinks, pages: readonly number[], left: number): string | null {
  if (next[pages.at(-1) ?? 0] !== 0) return 'its chain of pages goes on after its end';
  return previous !== null && left !== 0 ? 'its chain of pages has more bytes than it should' : null;
}

type ChainOpener = (pages: readonly number[], start: Uint8Array, length: number) => Content;

function chainOpener(file: PagedFile, { held, headerBytes }: PageLinks): ChainOpener {
  // Shared by the reads of all chains: fresh memory each time would cost more than the reading.
  let memory = new Uint8Array(file.pageSize);
  return (pages, start, length) => ({
    length,
    read(from, count) {
      const end = Math.min(from + count, length);
      if (end - from > memory.length) memory = new Uint8Array(end - from);
      let at = from;
      if (at < start.length) {
        memory.set(start.subarray(at, end));
        at = Math.min(start.length, end);
      }
      // Where in the content the page ends.
      let pageEnd = start.length;
      for (let i = 0; i < pages.length && at < end; i++) {
        const page = pages[i] ?? 0;
        const bytes = held[page] ?? 0;
        pageEnd += bytes;
        if (pageEnd <= at) continue;
        const wanted = Math.min(pageEnd, end) - at;
        const part = file.read(page, headerBytes + at - (pageEnd - bytes), wanted);
        memory.set(part, at - from);
        at += part.length;
        if (part.length < wanted) break;
      }
      return memory.subarray(0, at - from);
    },
  });
}
