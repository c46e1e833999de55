import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { fileFromBytes } from '../../src/parse/parser.ts';
import { parsers } from '../../src/parse/parsers.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const megabytes = 8;
const filler = (begin: string) => `${begin}${'x'.repeat(1023)}\n`.repeat(1024 * megabytes);
const path = '/a-name-of-some-length-1.0-1/desc';

test.each([
  ['deb', `Package: a-name-of-some-length\nStatus: install ok installed\nVersion: 1.0-and-some-more\nDescription: a\n${filler(' ')}`],
  ['opkg', `Package: a-name-of-some-length\nStatus: install ok installed\nVersion: 1.0-and-some-more\nDescription: a\n${filler(' ')}`],
  ['apk', `P:a-name-of-some-length\nV:1.0-and-some-more\n${filler('R:')}`],
  ['alpm', `%NAME%\na-name-of-some-length\n\n%VERSION%\n1.0-1\n\n%DESC%\n${filler('')}`],
] as const)('what is kept of a database of %s is its packages, and not its text', (type, text) => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 4 }, () => parsers[type].parse([fileFromBytes(path, Buffer.from(text))]));
  collectGarbage();
  const grown = (process.memoryUsage().heapUsed - before) / 1024 ** 2;
  expect(kept.flatMap(({ packages }) => packages.map(({ name }) => name))).toEqual(Array(4).fill('a-name-of-some-length'));
  // The text above may take its own size once more, when it is made one piece.
  expect(grown).toBeLessThan(2 * megabytes);
});

const million = 1024 * 1024;
const desc = '%NAME%\na-name-of-some-length\n\n%VERSION%\n1.0-1\n\n';

test.each([
  ['deb', 'words of a status', `Package: a\nVersion: 1\nStatus: ${'ab '.repeat(4 * million)}\n`],
  ['alpm', 'files', `${desc}%FILES%\n${'ab\n'.repeat(4 * million)}`],
  ['alpm', 'licences', `${desc}%LICENSE%\n${'ab\n'.repeat(4 * million)}`],
] as const)('a database of %s that is full of %s is read without a list of them', (type, _, text) => {
  const bytes = Buffer.from(text);
  collectGarbage();
  const before = getHeapStatistics().total_heap_size;
  expect(parsers[type].parse([fileFromBytes(path, bytes)]).packages).toHaveLength(1);
  // A list of four million words takes a hundred megabytes and more.
  expect((getHeapStatistics().total_heap_size - before) / million).toBeLessThan(64);
});
