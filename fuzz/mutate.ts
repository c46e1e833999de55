import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';

/** Larger inputs make few runs, and show nothing that smaller ones do not: no mutation grows beyond. */
export const maxInputBytes = 512 * 1024;

/** Of so many inputs one is pumped up to that size: it takes as long as a hundred others. */
const pumpedOnceIn = 100;

/** What bytes are changed into something else by. */
export interface Mutation {
  readonly random: Random;
  /** Words of the grammar. */
  readonly words: readonly string[];
  /** Another input of the pool, to take parts of. */
  readonly other: Buffer;
  readonly isJson: boolean;
}

type Edit = (bytes: Buffer, mutation: Mutation) => Buffer;

/** Some edits one after another: mostly few, for of many one spoils the input. */
export function mutate(input: Buffer, mutation: Mutation): Buffer {
  const { random, isJson } = mutation;
  let bytes: Buffer = input;
  for (let edits = 1 << random.below(4); edits > 0; edits--) {
    const edited = isJson && !random.onceIn(3) ? mutateJson(bytes, random) : null;
    bytes = edited ?? random.pick(allEdits)(bytes, mutation);
  }
  if (random.onceIn(pumpedOnceIn)) bytes = pump(bytes, mutation);
  return bytes.subarray(0, maxInputBytes);
}

const insert = (bytes: Buffer, at: number, piece: Uint8Array) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);

const replaceByte = (bytes: Buffer, at: number, byte: number) => {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = byte;
  return copy;
};

/** A part of the bytes, mostly a short one. */
function partOf(bytes: Buffer, random: Random): readonly [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  const longest = random.onceIn(4) ? bytes.length : 64;
  return [start, Math.min(bytes.length, start + 1 + random.below(longest))];
}

const flipBit: Edit = (bytes, { random }) => {
  const at = random.below(bytes.length);
  return replaceByte(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
};

const writeByte: Edit = (bytes, { random }) =>
  replaceByte(bytes, random.below(bytes.length), random.pick([0, 1, 0x0a, 0x20, 0x7f, 0x80, 0xff, random.below(256)]));

/** Lengths, offsets and numbers of pages at the edges of what they may be. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

const writeNumber: Edit = (bytes, { random }) => {
  const width = random.pick([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const copy = Buffer.from(bytes);
  const at = random.below(bytes.length - width + 1);
  const number = random.onceIn(3) ? random.below(bytes.length + 1) : random.pick(edges);
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(number));
  const part = field.subarray(8 - width);
  copy.set(random.onceIn(2) ? part : Buffer.from(part).reverse(), at);
  return copy;
};

const addToNumber: Edit = (bytes, { random }) => {
  const at = random.below(bytes.length);
  return replaceByte(bytes, at, ((bytes[at] ?? 0) + random.pick([1, 255, 16, 240])) & 0xff);
};

const remove: Edit = (bytes, { random }) => {
  const [start, end] = partOf(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
};

const cutShort: Edit = (bytes, { random }) => bytes.subarray(0, random.below(bytes.length + 1));

const repeat: Edit = (bytes, { random }) => {
  const [start, end] = partOf(bytes, random);
  const times = random.onceIn(8) ? 100 : 1 + random.below(4);
  const part = bytes.subarray(start, Math.min(end, start + Math.floor(maxInputBytes / 8 / times)));
  return insert(bytes, end, Buffer.concat(Array.from({ length: times }, () => part)));
};

/** A blank, a byte that is there, or a line, until there is room for no more: where time grows with the square of a run, that takes it seconds. */
const pump: Edit = (bytes, { random }) => {
  const at = random.below(bytes.length);
  const newline = bytes.indexOf(0x0a, at);
  const line = bytes.subarray(bytes.subarray(0, at).lastIndexOf(0x0a) + 1, newline < 0 ? bytes.length : newline + 1);
  // Of all that grammars take any number of, blanks come first.
  const piece = random.pick([line, bytes.subarray(at, at + 1), Buffer.from(' ')]);
  const times = piece.length === 0 ? 0 : Math.floor(Math.max(0, maxInputBytes - bytes.length) / piece.length);
  return insert(bytes, at, Buffer.concat(Array.from({ length: times }, () => piece)));
};

const move: Edit = (bytes, { random }) => {
  const [start, end] = partOf(bytes, random);
  const copy = Buffer.from(bytes);
  bytes.copy(copy, random.below(bytes.length + 1), start, end);
  return copy;
};

const insertWord: Edit = (bytes, { random, words }) => insert(bytes, random.below(bytes.length + 1), Buffer.from(random.pick(words)));

const overwriteWithWord: Edit = (bytes, { random, words }) => {
  const [start, end] = partOf(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(random.pick(words)), bytes.subarray(end)]);
};

const insertBytes: Edit = (bytes, { random }) =>
  insert(bytes, random.below(bytes.length + 1), Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256))));

const splice: Edit = (bytes, { random, other }) => {
  const [start, end] = partOf(other, random);
  const at = random.below(bytes.length + 1);
  const rest = random.onceIn(2) ? at : Math.min(bytes.length, at + end - start);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(rest)]);
};

/** Digits in a text become another number. */
const writeDigits: Edit = (bytes, { random }) => {
  const text = bytes.toString('latin1');
  const from = random.below(text.length + 1);
  const found = /\d+/.exec(text.slice(from));
  if (found === null) return bytes;
  const number = random.pick(['0', '-1', '00', '1e9', '4294967296', '9007199254740993', '9'.repeat(400), '1.5', '']);
  const start = from + found.index;
  return Buffer.from(text.slice(0, start) + number + text.slice(start + found[0].length), 'latin1');
};

/** Characters that mean something to a terminal, a parser or a spreadsheet, and halves of characters. */
export const oddities = [
  ...['\0', '\n', '\r\n', '\t', ' ', '\u001b[31m', '\u009b', '\u202e', '\u2028', '\ufeff', '\u00e9', '\u{1f600}', '"', "'", '\\', '`'],
  ...['=', ':', '/', '../', '*', '?', '[', '{', '<', '>', '&', '|', ',', ';', '-', '+', '@', '#', '%', '$', '~', '^', '_', '.'],
  ...['__proto__', 'constructor', 'toString', 'null', 'true', '0', '-0', 'NaN', '1e999'],
];

const insertOddity: Edit = (bytes, { random }) => insert(bytes, random.below(bytes.length + 1), Buffer.from(random.pick(oddities)));

const allEdits: readonly Edit[] = [
  ...[flipBit, writeByte, writeNumber, addToNumber, remove, cutShort, repeat, move],
  ...[insertWord, overwriteWithWord, insertBytes, splice, writeDigits, insertOddity],
];
