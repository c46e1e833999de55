import { error, type Finding, rpmCodes } from './finding.ts';
import type { PageLinks } from './page-chains.ts';
import { type PagedFile, visitPages } from './paged-file.ts';

const pageTypes = { free: 0, unsortedHash: 2, overflow: 7, hash: 13 } as const;

export interface Layout {
  readonly littleEndian: boolean;
  /** Before the content of every page. */
  readonly headerBytes: number;
  readonly lastBucket: number;
  /** How much the page number of a bucket exceeds its bucket number, for each power of two of buckets. */
  readonly spares: readonly number[];
}

/** What the pages of a file are. */
export interface Survey {
  readonly hashPages: ReadonlySet<number>;
  /** Set aside for buckets, but never written to. */
  readonly blankPages: ReadonlySet<number>;
  /** Of a kind that an rpm database does not have. */
  readonly foreignPages: readonly number[];
  readonly links: PageLinks;
}

/** Looks at the header of every page: what it is, and where it leads. */
export function surveyPages(file: PagedFile, { littleEndian, headerBytes }: Layout): Survey {
  const count = file.lastPage + 1;
  const links = { next: new Uint32Array(count), previous: new Uint32Array(count), held: new Uint16Array(count), headerBytes };
  const hashPages = new Set<number>();
  const blankPages = new Set<number>();
  const foreignPages: number[] = [];
  visitPages(file, (page, view, position) => {
    const type = view.getUint8(position + 25);
    if (page === 0) return;
    if (type === pageTypes.free) {
      // A page that was freed keeps its number, and one that lost its header has items.
      if (isZero(view, position, file.pageSize)) blankPages.add(page);
      return;
    }
    links.previous[page] = view.getUint32(position + 12, littleEndian);
    links.next[page] = view.getUint32(position + 16, littleEndian);
    if (type === pageTypes.overflow) links.held[page] = heldBytes(page, view, position);
    else if (type === pageTypes.hash || type === pageTypes.unsortedHash) hashPages.add(page);
    else foreignPages.push(page);
  });
  return { hashPages, blankPages, foreignPages, links };

  // A page in the place of another is left out: its header has its own number.
  function heldBytes(page: number, view: DataView, position: number): number {
    const bytes = view.getUint16(position + 22, littleEndian);
    return view.getUint32(position + 8, littleEndian) === page && bytes <= file.pageSize - headerBytes ? bytes : 0;
  }
}

function isZero(view: DataView, position: number, length: number): boolean {
  for (let at = position; at < position + length; at += 4) if (view.getUint32(at) !== 0) return false;
  return true;
}

/**
 * Follows every bucket through its pages. The items are read from the pages in file order; this only detects a page
 * that became something else, which nothing else would.
 */
export function* checkBuckets({ lastBucket, spares }: Layout, { hashPages, blankPages, links }: Survey): Generator<Finding> {
  const reached = new Set<number>();
  for (let bucket = 0; bucket <= lastBucket; bucket++) {
    for (let page = pageOfBucket(bucket, spares); page !== 0; page = links.next[page] ?? 0) {
      if (blankPages.has(page)) break;
      if (!hashPages.has(page) || reached.has(page)) {
        return yield error(rpmCodes.damagedPage, `Page ${page} should have items of bucket ${bucket}, and has none.`);
      }
      reached.add(page);
    }
  }
}

// BS_TO_PAGE in Berkeley DB's dbinc/hash.h: the buckets of each doubling are contiguous.
function pageOfBucket(bucket: number, spares: readonly number[]): number {
  return bucket + (spares[32 - Math.clz32(bucket)] ?? 0);
}
