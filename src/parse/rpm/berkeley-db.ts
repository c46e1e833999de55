import type { DatabaseFile } from '../parser.ts';
import { checkBuckets, type Layout, surveyPages } from './berkeley-survey.ts';
import { type Content, contentOf } from './content.ts';
import { type Damage, damagedRecord, error, type Finding, isDamage, rpmCodes } from './finding.ts';
import { type PageChains, pageChains } from './page-chains.ts';
import { copyPage, countPages, isPageSize, type PagedFile, pagedFile } from './paged-file.ts';
import { viewOf } from './view.ts';

// A hash table of Berkeley DB, as its dbinc/db_page.h lays it out: page 0 describes the file, hash pages hold items, which
// are keys and values in turn, and chains of overflow pages hold what is too long for an item. Each page says what it is,
// so a damaged one does not hide others.

const HASH_MAGIC = 0x061561;
const META_BYTES = 512;
// 8 is CentOS 5, 9 is everything since. Their pages differ only in the order of the items.
const VERSIONS: readonly number[] = [8, 9];

const HASH_META_PAGE = 8;
const PAGE_HEADER_BYTES = 26;
const CHECKSUM_BYTES = 6;
const itemTypes = { inline: 1, overflow: 3 } as const;
const OVERFLOW_ITEM_BYTES = 12;
const COUNTER_BYTES = 4;
/** How many page offsets there are: one for each doubling of the buckets. */
const SPARES = 32;

interface Meta extends Layout {
  readonly pageSize: number;
  readonly lastPage: number;
}

interface Hash extends Meta {
  readonly file: PagedFile;
  readonly chains: PageChains;
}

export function isBerkeleyHash(start: Uint8Array): boolean {
  return start.length >= 16 && littleEndianOf(viewOf(start)) !== null;
}

function littleEndianOf(view: DataView): boolean | null {
  if (view.getUint32(12, true) === HASH_MAGIC) return true;
  return view.getUint32(12, false) === HASH_MAGIC ? false : null;
}

export function* readBerkeleyHash(file: DatabaseFile): Generator<Finding> {
  const meta = readMeta(file.read(0, META_BYTES));
  if ('kind' in meta) return yield meta;
  const lastPage = Math.min(meta.lastPage, countPages(file, meta.pageSize) - 1);
  if (lastPage < meta.lastPage) yield error(rpmCodes.truncated, `The file ends before its last page, ${meta.lastPage}.`);
  const pages = pagedFile(file, { pageSize: meta.pageSize, firstPage: 0, lastPage });
  const survey = surveyPages(pages, meta);
  for (const page of survey.foreignPages)
    yield error(rpmCodes.damagedPage, `Page ${page} is of a kind that an rpm database does not have.`);
  yield* checkBuckets(meta, survey);
  const hash = { ...meta, file: pages, chains: pageChains(pages, survey.links) };
  const memory = new Uint8Array(meta.pageSize);
  for (const page of survey.hashPages) yield* readHashPage(hash, page, memory);
}

function readMeta(bytes: Uint8Array): Meta | Finding {
  if (bytes.length < META_BYTES) return error(rpmCodes.truncated, 'The file ends within its first page.');
  const view = viewOf(bytes);
  const littleEndian = littleEndianOf(view) ?? true;
  const version = view.getUint32(16, littleEndian);
  const pageSize = view.getUint32(20, littleEndian);
  const [encryption, type, flags] = [view.getUint8(24), view.getUint8(25), view.getUint8(26)];
  if (!VERSIONS.includes(version)) return error(rpmCodes.unsupported, `Version ${version} of Berkeley DB's hash format is not known.`);
  if (encryption !== 0) return error(rpmCodes.unsupported, 'The Berkeley DB file is encrypted.');
  if (type !== HASH_META_PAGE || !isPageSize(pageSize))
    return error(rpmCodes.damagedFile, 'The first page of the Berkeley DB file is damaged.');
  return {
    littleEndian,
    pageSize,
    lastPage: view.getUint32(32, littleEndian),
    headerBytes: PAGE_HEADER_BYTES + (flags & 1 ? CHECKSUM_BYTES : 0),
    lastBucket: view.getUint32(72, littleEndian),
    spares: Array.from({ length: SPARES }, (_, i) => view.getUint32(96 + i * 4, littleEndian)),
  };
}

/** Yields the headers on a page, which it copies into the memory. */
function* readHashPage(hash: Hash, number: number, memory: Uint8Array): Generator<Finding> {
  const items = copyPage(hash.file, number, memory) ? readItems(memory, hash) : { damage: 'it is not there' };
  if (isDamage(items)) return yield error(rpmCodes.damagedPage, `Page ${number} cannot be read: ${items.damage}.`);
  for (let i = 0; i < items.length; i += 2) {
    const record = recordNumber(items[i] ?? null, hash);
    const blob = readValue(items[i + 1] ?? null, hash);
    // Record 0 is rpm's counter: a number, not a header.
    if (record === 0 && !isDamage(blob) && blob.length === COUNTER_BYTES) continue;
    yield isDamage(blob) ? damagedRecord(record, blob) : { kind: 'header', record, blob };
  }
}

/** The items of a page, which is filled from its end towards its start. An item at an impossible position is null. */
function readItems(page: Uint8Array, { littleEndian, headerBytes }: Meta): readonly (Uint8Array | null)[] | Damage {
  const view = viewOf(page);
  const count = view.getUint16(20, littleEndian);
  const lowest = headerBytes + count * 2;
  if (count % 2 !== 0 || lowest > page.length) return { damage: `it cannot have ${count} items` };
  const items: (Uint8Array | null)[] = [];
  let end = page.length;
  for (let i = 0; i < count; i++) {
    const start = view.getUint16(headerBytes + i * 2, littleEndian);
    const fits = start >= lowest && start < end;
    items.push(fits ? page.subarray(start, end) : null);
    if (fits) end = start;
  }
  // The lowest position in use: a different one would mean that the count leaves items out.
  return view.getUint16(22, littleEndian) === (end === 65_536 ? 0 : end) ? items : { damage: 'its items do not add up' };
}

/** The number that is the key, or -1 if it is not a number. */
function recordNumber(key: Uint8Array | null, { littleEndian }: Meta): number {
  return key?.length === 5 && key[0] === itemTypes.inline ? viewOf(key).getUint32(1, littleEndian) : -1;
}

function readValue(item: Uint8Array | null, { littleEndian, chains }: Hash): Content | Damage {
  if (item === null) return { damage: 'its place on the page makes no sense' };
  if (item[0] === itemTypes.inline) return contentOf(item.subarray(1));
  // rpm keeps one value per key, so the item types for several are as foreign as any other.
  if (item[0] !== itemTypes.overflow || item.length !== OVERFLOW_ITEM_BYTES)
    return { damage: `it is of a kind that rpm does not write, ${item[0]}` };
  const view = viewOf(item);
  return chains.open(view.getUint32(4, littleEndian), view.getUint32(8, littleEndian));
}
