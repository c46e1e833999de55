import { type Damage, isDamage } from './finding.ts';
import { viewOf } from './view.ts';

// A header in a database has no magic in front: number of index entries, length of the store, the entries, the store.
// An entry is tag, type, offset in the store and count. All numbers are big-endian, whatever the machine.
// https://rpm-software-management.github.io/rpm/manual/format_header.html
const LEAD_BYTES = 8;
const ENTRY_BYTES = 16;

// The limits of rpm itself (lib/header.c: hdrchkTags and hdrchkData): what is beyond is no header.
const MAX_ENTRIES = 0xffff;
const MAX_STORE_BYTES = 0x0fffffff;

const textTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  vendor: 1011,
  license: 1014,
  architecture: 1022,
  sourceRpm: 1044,
  modularityLabel: 5096,
} as const;
const numberTags = { epoch: 1003, installTime: 1008 } as const;
const wantedTags: ReadonlySet<number> = new Set([...Object.values(textTags), ...Object.values(numberTags)]);

const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

type TextField = keyof typeof textTags;
type NumberField = keyof typeof numberTags;
const textFields = Object.keys(textTags) as readonly TextField[];
const numberFields = Object.keys(numberTags) as readonly NumberField[];

/** What is wanted of the header of a package; null where it does not say. A package without name or version is none. */
export type Header = Readonly<Record<'name' | 'version', string>> &
  Readonly<Record<Exclude<TextField, 'name' | 'version'>, string | null>> &
  Readonly<Record<NumberField, number | null>>;

interface Index {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Position of the entry of each wanted tag. */
  readonly entries: ReadonlyMap<number, number>;
  readonly store: number;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the header of one package. Only what is wanted is looked at. */
export function parseHeader(bytes: Uint8Array): Header | Damage {
  const index = readIndex(bytes);
  if (isDamage(index)) return index;
  const texts = readTexts(index);
  if (isDamage(texts)) return texts;
  const numbers = readNumbers(index);
  if (isDamage(numbers)) return numbers;
  const { name, version } = texts;
  if (name === null) return { damage: 'the package has no name' };
  return version === null ? { damage: 'the package has no version' } : { ...texts, ...numbers, name, version };
}

function readIndex(bytes: Uint8Array): Index | Damage {
  if (bytes.length < LEAD_BYTES) return { damage: 'it is too short for a header' };
  const view = viewOf(bytes);
  const count = view.getUint32(0);
  const storeBytes = view.getUint32(4);
  if (count > MAX_ENTRIES || storeBytes > MAX_STORE_BYTES) return { damage: 'its header is larger than rpm allows' };
  const store = LEAD_BYTES + count * ENTRY_BYTES;
  // rpm refuses a record that is longer, too (lib/header.c: hdrblobInit).
  if (store + storeBytes !== bytes.length) return { damage: `its header says ${store + storeBytes} bytes and has ${bytes.length}` };
  return { bytes, view, entries: findEntries(view, store), store };
}

// Of two entries of one tag the later counts: what was added at installation replaces what the package brought
// (lib/header.c: "Dribble entries replace duplicate region entries").
function findEntries(view: DataView, end: number): ReadonlyMap<number, number> {
  const entries = new Map<number, number>();
  for (let at = LEAD_BYTES; at < end; at += ENTRY_BYTES) {
    const tag = view.getUint32(at);
    if (wantedTags.has(tag)) entries.set(tag, at);
  }
  return entries;
}

function readTexts(index: Index): Record<TextField, string | null> | Damage {
  const texts = {} as Record<TextField, string | null>;
  let bytes = 0;
  for (const field of textFields) {
    const range = findText(index, textTags[field]);
    if (isDamage(range)) return range;
    texts[field] = range === null ? null : utf8.decode(range);
    bytes += range?.length ?? 0;
  }
  // In a header every entry has bytes of its own; one that lets them overlap could make much out of little.
  return bytes > index.bytes.length ? { damage: 'the entries of its header overlap' } : texts;
}

/** The bytes of a text, or of the first of several, which in a translated one is the untranslated. */
function findText({ bytes, view, entries, store }: Index, tag: number): Uint8Array | null | Damage {
  const entry = entries.get(tag);
  if (entry === undefined) return null;
  const type = view.getUint32(entry + 4);
  if (type !== STRING && type !== I18N_STRING && type !== STRING_ARRAY) return { damage: `tag ${tag} of its header is no text` };
  const start = store + view.getUint32(entry + 8);
  const end = start < bytes.length ? bytes.indexOf(0, start) : -1;
  if (end === -1) return { damage: `tag ${tag} of its header lies outside of it` };
  return end === start ? null : bytes.subarray(start, end);
}

function readNumbers(index: Index): Record<NumberField, number | null> | Damage {
  const numbers = {} as Record<NumberField, number | null>;
  for (const field of numberFields) {
    const number = readNumber(index, numberTags[field]);
    if (isDamage(number)) return number;
    numbers[field] = number;
  }
  return numbers;
}

function readNumber({ bytes, view, entries, store }: Index, tag: number): number | null | Damage {
  const entry = entries.get(tag);
  if (entry === undefined) return null;
  if (view.getUint32(entry + 4) !== INT32) return { damage: `tag ${tag} of its header is no number` };
  const at = store + view.getUint32(entry + 8);
  return at + 4 <= bytes.length ? view.getUint32(at) : { damage: `tag ${tag} of its header lies outside of it` };
}
