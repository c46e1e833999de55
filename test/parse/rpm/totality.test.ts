import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DatabaseFile, fileFromBytes, type ParseResult } from '../../../src/parse/parser.ts';
import { rpm } from '../../../src/parse/rpm/rpm.ts';
import { damages } from './damages.ts';
import { corpusFolder, fixtureNames, fixturesFolder, readDatabase } from './databases.ts';

/** How many damaged inputs in all, over the fixtures. */
const RUNS = Number(process.env.SUPERCARGO_FUZZ_RUNS ?? 6000);
/** And how many of each database of the corpus, which are large. */
const CORPUS_RUNS = Number(process.env.SUPERCARGO_FUZZ_CORPUS_RUNS ?? 10);
const runsEach = Math.ceil(RUNS / fixtureNames.length);

// Every byte is read in the pass over the pages, and once more with its record. The rest is for what turns out to be damaged.
const MOST_READ = 6;
const SMALLEST = 64 * 1024;
const MOST_DIAGNOSTICS = 101;

interface Metered {
  readonly file: DatabaseFile;
  readonly bytesRead: () => number;
}

/** A file that counts, and that uses its memory again with each read, as one that is open does. */
function meter({ path, size, read }: DatabaseFile): Metered {
  let bytesRead = 0;
  let memory = Buffer.alloc(0);
  const readAgain = (position: number, length: number): Uint8Array => {
    const bytes = read(position, length);
    bytesRead += bytes.length;
    if (memory.length < bytes.length) memory = Buffer.alloc(bytes.length);
    memory.fill(0xee);
    memory.set(bytes);
    return memory.subarray(0, bytes.length);
  };
  return { file: { path, size, read: readAgain }, bytesRead: () => bytesRead };
}

function expectSound(files: readonly DatabaseFile[]): ParseResult {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const result = rpm.parse(files);
  const metered = files.map(meter);
  expect(rpm.parse(metered.map(({ file }) => file))).toEqual(result);
  expect(metered.reduce((sum, { bytesRead }) => sum + bytesRead(), 0)).toBeLessThanOrEqual(MOST_READ * Math.max(size, SMALLEST));
  expect(JSON.stringify(result.packages).length).toBeLessThanOrEqual(MOST_READ * Math.max(size, SMALLEST));
  expect(result.diagnostics.length).toBeLessThanOrEqual(MOST_DIAGNOSTICS);
  return result;
}

function checkDamages(files: readonly DatabaseFile[], numRuns: number): void {
  const { packages } = rpm.parse(files);
  const property = fc.property(damages(files), (damaged) => {
    const result = expectSound(damaged);
    // What is lost is said.
    if (result.packages.length < packages.length) expect(result.diagnostics).not.toEqual([]);
  });
  fc.assert(property, { numRuns });
}

describe('damaged copies end, the same each time, within bounds, and say what is lost', () => {
  test.each(fixtureNames)('of fixture %s', (name) => checkDamages(readDatabase(`${fixturesFolder}${name}`), runsEach), 600_000);

  const names = existsSync(corpusFolder) ? readdirSync(corpusFolder) : [];
  test.each(names)('of corpus %s', (name) => checkDamages(readDatabase(`${corpusFolder}${name}`), CORPUS_RUNS), 600_000);
});

test('bytes of any kind are read as nothing', () => {
  const magics = ['SQLite format 3\0', 'RpmP', '\0\0\0\0\0\0\0\0\0\0\0\0\x61\x15\x06\0', '\0\0\0\0\0\0\0\0\0\0\0\0\0\x06\x15\x61', ''];
  const start = fc.constantFrom(...magics).map((magic) => Buffer.from(magic, 'latin1'));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 5000 }), (magic, bytes) => {
      const result = expectSound([fileFromBytes('Packages', Buffer.concat([magic, bytes]))]);
      expect(result.packages).toEqual([]);
      expect(result.diagnostics).not.toEqual([]);
    }),
    { numRuns: runsEach },
  );
});

/** Where the entries stand that say what kind of thing the names of the packages are: a text, 6. */
function findNameEntries(bytes: Buffer): readonly number[] {
  const entry = Buffer.from('000003e800000006', 'hex');
  const places: number[] = [];
  for (let at = bytes.indexOf(entry); at !== -1; at = bytes.indexOf(entry, at + 1)) places.push(at);
  return places;
}

describe('a damaged header costs its package alone', () => {
  // That of sqlite-journal is damaged already without its journal.
  test.each(fixtureNames.filter((name) => name !== 'sqlite-empty' && name !== 'sqlite-journal'))('in fixture %s', (name) => {
    const file = readDatabase(`${fixturesFolder}${name}`)[0] ?? fileFromBytes('', Buffer.alloc(0));
    const whole = rpm.parse([file]).packages;
    const code = name === 'ndb' ? 'parse/rpm-damaged-record' : 'parse/rpm-damaged-header';
    let damaged = 0;
    for (const place of findNameEntries(Buffer.from(file.read(0, file.size)))) {
      const bytes = Buffer.from(file.read(0, file.size));
      bytes[place + 7] = 4;
      const { packages, diagnostics } = rpm.parse([fileFromBytes(file.path, bytes)]);
      // SQLite leaves old content where it moved a header away from: damage to that costs nothing.
      damaged += diagnostics.length;
      expect(diagnostics.filter((diagnostic) => diagnostic.code !== code || diagnostic.severity !== 'error')).toEqual([]);
      expect(packages.length).toBeGreaterThanOrEqual(whole.length - diagnostics.length);
      expect(whole).toEqual(expect.arrayContaining([...packages]));
    }
    // The packages and the key, each once; but an entry may lie across two pages, and is not found then.
    expect(damaged).toBeGreaterThanOrEqual(whole.length - 1);
    expect(damaged).toBeLessThanOrEqual(whole.length + 1);
  });
});

test('the number of diagnostics is capped, and what is over is counted', () => {
  const [file] = readDatabase(`${fixturesFolder}ndb`);
  const bytes = Buffer.from(file?.read(0, file.size) ?? []);
  // Every free slot becomes one that leads nowhere.
  for (let slot = 32; slot < 4096; slot += 16) if (bytes.readUInt32LE(slot + 4) === 0) bytes.writeUInt32LE(slot, slot + 4);
  const { packages, diagnostics } = rpm.parse([fileFromBytes('Packages.db', bytes)]);
  expect(packages).toHaveLength(9);
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)).toMatchObject({
    severity: 'error',
    code: 'parse/rpm-many-problems',
    message: '144 more problems of this file are not listed.',
  });
});
