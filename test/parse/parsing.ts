import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { type DatabaseFile, fileFromBytes, type ParseResult, type Parser } from '../../src/parse/parser.ts';

/** A database file that holds the lines. */
export function fileOf(path: string, ...lines: readonly string[]): DatabaseFile {
  return fileFromBytes(path, Buffer.from(lines.map((line) => `${line}\n`).join('')));
}

export function parseWith({ parse }: Parser, files: readonly DatabaseFile[]): ParseResult {
  return parse(files);
}

/** Messages of what was lost. */
export const messagesOf = ({ diagnostics }: ParseResult) => diagnostics.map(({ message }) => message);

/** A case of fixtures/<type>/: its files, and what they should come to. */
export interface Fixture {
  readonly name: string;
  readonly files: readonly DatabaseFile[];
  readonly expected: unknown;
}

export function fixturesOf(type: string): Fixture[] {
  const folder = new URL(`../../fixtures/${type}/`, import.meta.url).pathname;
  return readdirSync(folder).map((name) => ({
    name,
    files: filesBelow(join(folder, name), ''),
    expected: JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')),
  }));
}

const besideTheDatabase = new Set(['expected.json', 'ORIGIN.md']);

function filesBelow(folder: string, below: string): DatabaseFile[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true }).filter(({ name }) => !besideTheDatabase.has(name));
  return entries.flatMap((entry) => {
    const path = `${below}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [fileFromBytes(path, readFileSync(join(folder, path)))];
  });
}

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const pieces = [
  '\n',
  '\n\n',
  '\r\n',
  ':',
  ' ',
  '\t',
  '\0',
  'Package: a\n',
  'Version: 1\n',
  'P:a\n',
  'V:1\n',
  '"',
  "'",
  '=',
  '\\',
  '\ufeff',
];

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.nat(4), fc.nat(300)),
  insert: fc.oneof(
    fc.constantFrom('', ...pieces).map((piece) => Buffer.from(piece)),
    fc.uint8Array({ maxLength: 8 }),
  ),
});

function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return edits.reduce((current: Uint8Array, { at, remove, insert }) => {
    const place = Math.round(at * current.length);
    return Buffer.concat([current.subarray(0, place), insert, current.subarray(place + remove)]);
  }, bytes);
}

/** Bytes of all kinds: anything, and copies of real files with some damage done to them. */
export function anyBytes(originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const damaged = fc.tuple(fc.constantFrom(...originals), fc.array(edit, { minLength: 1, maxLength: 5 }));
  const shards = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => Buffer.from(parts.join('')));
  return fc.oneof(
    { weight: 6, arbitrary: damaged.map(([bytes, edits]) => applyEdits(bytes, edits)) },
    { weight: 2, arbitrary: shards },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
}
