import type { Damage } from './finding.ts';
import type { PagedFile } from './paged-file.ts';

// What is too long for its page lies in a chain of other pages. Where each page leads was noted before, in one pass
// over the file: so following a chain touches no file, and its pages can be fetched many at a time.

/** Where the pages of chains lead, by page number. */
export interface PageLinks {
  /** The page after; 0 at the end of a chain. */
  readonly next: Uint32Array;
  /** The page before, in formats that note it, else null. */
  readonly previous: Uint32Array | null;
  /** How many bytes of the chain lie on the page; 0 where it is no page of a chain. */
  readonly held: Uint16Array;
  /** In front of those bytes on each page. */
  readonly headerBytes: number;
}

export interface PageChains {
  /** The content of a chain, good until the next call. */
  readonly read: (first: number, length: number, start?: Uint8Array) => Uint8Array | Damage;
  /** Takes a page for a use other than a chain: false if it is in use already. */
  readonly claim: (page: number) => boolean;
}

// Pages of chains that turn out to be damaged may be walked again by others, so that one damaged chain does not cost
// its neighbours; in sum no more often than this, so that time stays proportional to the file.
const WASTED_WALKS = 8;

// A run of neighbouring pages is fetched at once, up to this.
const RUN_BYTES = 256 * 1024;

export function pageChains(file: PagedFile, links: PageLinks): PageChains {
  // Every page belongs to one chain at most. That stops loops, and chains that share pages to make much out of little.
  const claimed = new Uint8Array(links.next.length);
  const walk = chainWalker(links, claimed);
  const copy = chainCopier(file, links);
  return {
    read(first, length, start = new Uint8Array()) {
      const pages = walk(first, length - start.length);
      return 'damage' in pages ? pages : copy(pages, length, start);
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

type ChainCopier = (pages: readonly number[], length: number, start: Uint8Array) => Uint8Array | Damage;

/** Copies chains into one piece of memory, which all of them share. */
function chainCopier(file: PagedFile, { held, headerBytes }: PageLinks): ChainCopier {
  const { pageSize } = file;
  let memory = new Uint8Array();
  return (pages, length, start) => {
    // Some more than asked for: the next package is a little longer, often.
    if (memory.length < length) memory = new Uint8Array(Math.ceil(length * 1.5));
    memory.set(start);
    let at = start.length;
    for (let from = 0; from < pages.length; ) {
      const count = runLength(pages, from, RUN_BYTES / pageSize);
      const bytes = file.read(pages[from] ?? 0, count);
      if (bytes.length < count * pageSize) return { damage: 'the file ended while it was read' };
      for (let i = 0; i < count; i++) {
        const content = i * pageSize + headerBytes;
        const taken = Math.min(held[pages[from + i] ?? 0] ?? 0, length - at);
        memory.set(bytes.subarray(content, content + taken), at);
        at += taken;
      }
      from += count;
    }
    return memory.subarray(0, length);
  };
}

/** How many of the pages, from that one on, lie side by side in the file. */
function runLength(pages: readonly number[], from: number, most: number): number {
  const first = pages[from] ?? 0;
  let count = 1;
  while (count < most && pages[from + count] === first + count) count++;
  return count;
}
