import { readFileSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chisel, chiselBy } from '../../src/parse/chisel.ts';
import { fileFromBytes } from '../../src/parse/parser.ts';

const path = '/var/lib/chisel/manifest.wall';
const wall = readFileSync('fixtures/chisel/wall.jsonl', 'utf8');
const nothing = { sourcePackage: null, licenseDeclared: null };
const packages = [
  { name: 'base-files', version: '13ubuntu10.1', architecture: 'amd64', ...nothing },
  { name: 'tackle', version: '1:2.10-3ubuntu1+b2', architecture: 'amd64', ...nothing },
];

// gzip stands for zstd, which not every Node has: its errors are made alike.
const byGzip = chiselBy((bytes, options) => gunzipSync(bytes, options));
const parse = (text: string) => byGzip.parse([fileFromBytes(path, gzipSync(text))]);

test('the packages of a manifest, without its slices and paths', () => {
  expect(parse(wall)).toEqual({ packages, diagnostics: [] });
});

const byNode = chisel.parse([fileFromBytes(path, readFileSync('fixtures/chisel/manifest.wall'))]);
const hasZstd = 'ZSTD_e_end' in constants;

test.runIf(hasZstd)('is unpacked by Node, where it can', () => {
  expect(byNode).toEqual({ packages, diagnostics: [] });
});

test.runIf(!hasZstd)('is said to be packed where Node cannot unpack it', () => {
  expect(byNode).toMatchObject({ packages: [], diagnostics: [{ severity: 'error', code: 'parse/chisel-packed', path }] });
});

describe('what cannot be read is said', () => {
  test.each([
    ['what is not packed', Buffer.from(wall)],
    ['what is cut off', gzipSync(wall).subarray(0, 100)],
    ['nothing', Buffer.alloc(0)],
    ['what is larger than any manifest', gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1))],
  ])('%s', (_, bytes) => {
    const result = byGzip.parse([fileFromBytes(path, bytes)]);
    expect(result).toMatchObject({ packages: [], diagnostics: [{ severity: 'error', code: 'parse/chisel-packed', path }] });
  });

  test.each([
    ['a line that is no JSON', wall.replace('"kind":"slice"', '"kind"'), 2, ['error A line is no JSON object.']],
    ['a line that is no object', wall.replace(/\{"kind":"slice".*\}\n$/, '1\n'), 2, ['error A line is no JSON object.']],
    ['a line that is too long', wall.replace('"13ubuntu10.1"', `"${'1'.repeat(65_536)}"`), 1, ['error A line is no JSON object.']],
    ['a package without a name', wall.replace('"name":"tackle"', '"name":""'), 1, ['error A package has no name.']],
    [
      'a package without a version',
      wall.replace('"version":"13ubuntu10.1"', '"version":13'),
      2,
      ['warning The package base-files has no version.'],
    ],
    [
      'lines that are missing',
      wall.replace(/\{"kind":"slice".*\n/g, ''),
      2,
      ['error It has 7 lines, and does not say so in the first: it is not whole.'],
    ],
  ])('%s', (_, text, count, told) => {
    const result = parse(text);
    expect(result.packages).toHaveLength(count);
    expect(result.diagnostics.map(({ severity, message }) => `${severity} ${message}`)).toEqual(told);
    expect(result.diagnostics.every(({ code }) => code === 'parse/chisel-line')).toBe(true);
  });
});

test('a bug is thrown on', () => {
  const broken = chiselBy(() => {
    throw new TypeError('bug');
  });
  expect(() => broken.parse([fileFromBytes(path, Buffer.alloc(1))])).toThrow('bug');
});
