import type { Content } from './content.ts';
import { type Damage, isDamage } from './finding.ts';
import { viewOf } from './view.ts';

// A header in a database has no leading magic: number of index entries, length of the store, the entries, the store.
// An entry is tag, type, offset in the store and count. All numbers are big-endian, whatever the machine.
// https://rpm-software-management.github.io/rpm/manual/format_header.html
const LEAD_BYTES = 8;
const ENTRY_BYTES = 16;

// rpm's own limits (lib/header.c: hdrchkTags and hdrchkData): anything larger is not a header.
const MAX_ENTRIES = 0xffff;
const MAX_STORE_BYTES = 0x0fffffff;

// Read at once: the entries of most packages, and the start of the store, which has name, version and licence. It is less
// than the part of a header that is on one page of Berkeley DB.
const HEAD_BYTES = 4000;

// A text further back is read by trying this length first, then four times as much, until its end is found.
const TEXT_BYTES = 64;

const textTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  license: 1014,
  architecture: 1022,
  sourceRpm: 1044,
} as const;
const EPOCH = 1003;
const wantedTags: ReadonlySet<number> = new Set([...Object.values(textTags), EPOCH]);

const INT32 = 4;
const INT32_BYTES = 4;
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

type TextField = keyof typeof textTags;
const textFields = Object.keys(textTags) as readonly TextField[];

type Texts = Record<TextField, string | null>;

/** What is needed from a package's header; null where it does not say. Without a name and a version it is not a package. */
export type Header = Readonly<Texts> & Readonly<Record<'name' | 'version', string>> & { readonly epoch: number | null };

interface Index {
  readonly content: Content;
  /** The first bytes of the content: the entries, and the part of the store read with them. */
  readonly head: Uint8Array;
  readonly view: DataView;
  /** Position of the entry of each wanted tag. */
  readonly entries: ReadonlyMap<number, number>;
  readonly store: number;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

// The head of the header being read. All share this memory: there may be thousands.
let memory = new Uint8Array(HEAD_BYTES);

function keep(head: Uint8Array): Uint8Array {
  if (memory.length < head.length) memory = new Uint8Array(head.length);
  memory.set(head);
  return memory.subarray(0, head.length);
}

/** Reads the header of one package, and only what is needed of it. */
export function parseHeader(content: Content): Header | Damage {
  const index = readIndex(content);
  if (isDamage(index)) return index;
  const texts = readTexts(index);
  if (isDamage(texts)) return texts;
  const epoch = readNumber(index, EPOCH);
  if (isDamage(epoch)) return epoch;
  const { name, version } = texts;
  if (name === null) return { damage: 'the package has no name' };
  return version === null ? { damage: 'the package has no version' } : { ...texts, name, version, epoch };
}

function readIndex(content: Content): Index | Damage {
  if (content.length < LEAD_BYTES) return { damage: 'it is too short for a header' };
  const start = keep(content.read(0, HEAD_BYTES));
  if (start.length < LEAD_BYTES) return { damage: 'the file ended while it was read' };
  const count = viewOf(start).getUint32(0);
  const storeBytes = viewOf(start).getUint32(4);
  if (count > MAX_ENTRIES || storeBytes > MAX_STORE_BYTES) return { damage: 'its header is larger than rpm allows' };
  const store = LEAD_BYTES + count * ENTRY_BYTES;
  // rpm refuses longer records, too (lib/header.c: hdrblobInit).
  if (store + storeBytes !== content.length) return { damage: `its header says ${store + storeBytes} bytes and has ${content.length}` };
  const head = store > start.length ? keep(content.read(0, store)) : start;
  if (head.length < store) return { damage: 'the file ended while it was read' };
  const view = viewOf(head);
  return { content, head, view, entries: findEntries(view, store), store };
}

// Of two entries with the same tag, the later counts: what was added at installation replaces what the package brought
// (lib/header.c: "Dribble entries replace duplicate region entries").
function findEntries(view: DataView, end: number): ReadonlyMap<number, number> {
  const entries = new Map<number, number>();
  for (let at = LEAD_BYTES; at < end; at += ENTRY_BYTES) {
    const tag = view.getUint32(at);
    if (wantedTags.has(tag)) entries.set(tag, at);
  }
  return entries;
}

function readTexts(index: Index): Texts | Damage {
  const texts = {} as Texts;
  let bytes = 0;
  for (const field of textFields) {
    const text = findText(index, textTags[field]);
    if (isDamage(text)) return text;
    texts[field] = text === null ? null : utf8.decode(text);
    bytes += text?.length ?? 0;
    // Every entry of a header has its own bytes; a header with overlapping entries could turn little into much.
    if (bytes > index.content.length) return { damage: 'the entries of its header overlap' };
  }
  return texts;
}

/** The bytes of a text, or of the first of several (of translations, the untranslated one); valid until the next is found. */
function findText(index: Index, tag: number): Uint8Array | null | Damage {
  const entry = index.entries.get(tag);
  if (entry === undefined) return null;
  const type = index.view.getUint32(entry + 4);
  if (type !== STRING && type !== I18N_STRING && type !== STRING_ARRAY) return { damage: `tag ${tag} of its header is no text` };
  const text = readText(index, index.store + index.view.getUint32(entry + 8));
  if (text === null) return { damage: `tag ${tag} of its header lies outside of it` };
  return text.length === 0 ? null : text;
}

/** The bytes up to the next zero, or null if there is none. */
function readText({ content, head }: Index, start: number): Uint8Array | null {
  const end = start < head.length ? head.indexOf(0, start) : -1;
  if (end !== -1) return head.subarray(start, end);
  for (let length = TEXT_BYTES; start < content.length; length *= 4) {
    const bytes = content.read(start, length);
    const zero = bytes.indexOf(0);
    if (zero !== -1) return bytes.subarray(0, zero);
    if (bytes.length < length) return null;
  }
  return null;
}

function readNumber({ content, head, view, entries, store }: Index, tag: number): number | null | Damage {
  const entry = entries.get(tag);
  if (entry === undefined) return null;
  if (view.getUint32(entry + 4) !== INT32) return { damage: `tag ${tag} of its header is no number` };
  const at = store + view.getUint32(entry + 8);
  if (at + INT32_BYTES <= head.length) return view.getUint32(at);
  const bytes = content.read(at, INT32_BYTES);
  return bytes.length === INT32_BYTES ? viewOf(bytes).getUint32(0) : { damage: `tag ${tag} of its header lies outside of it` };
}
