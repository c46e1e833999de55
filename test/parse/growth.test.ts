import { describe, test } from 'vitest';
import type { PackageType } from '../../src/model/package.ts';
import { parseOsRelease } from '../../src/parse/os-release.ts';
import { fileFromBytes } from '../../src/parse/parser.ts';
import { parsers } from '../../src/parse/parsers.ts';
import { expectLinear, patient } from '../growth.ts';

/** What is repeated: blanks, line ends, signs of all the grammars, and whole records. */
const pieces = [' ', '\t', '\n', '\r', 'a', ' \t', 'a ', '\0', '"', "'", '\\', '\\"', '#', '=', '%', ':', '(', ')', '\u2028', '/', ','];

/** The start of a record in each of the grammars, up to where a value stands; and lines that may stand many times in it. */
const grammars: Readonly<Record<PackageType, { readonly start: string; readonly lines: readonly string[] }>> = {
  deb: {
    start: 'Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (',
    lines: ['Package: a\nStatus: install ok installed\nVersion: 1\n\n', 'Package: a\n', 'Status: a b c\n', ' a\n', ': a\n'],
  },
  apk: { start: 'P:a\nV:1\no:b', lines: ['P:a\nV:1\n\n', 'P:a\n', 'F:a\n', 'a\n', ':\n'] },
  rpm: { start: '', lines: ['SQLite format 3\0', 'RpmP', '\x61\x15\x06\0', '\x8e\xad\xe8\x01'] },
  opkg: {
    start: 'Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: b',
    lines: ['Package: a\nStatus: a b installed\n\n', 'Package: a\n', ' a\n'],
  },
  alpm: { start: '%NAME%\na\n\n%VERSION%\n1\n\n%LICENSE%\n', lines: ['%NAME%\na\n\n', '%LICENSE%\n', '%LICENSE%\na\n', 'a\n', '%%\n'] },
};

/** Of what is repeated, in characters; four times as much for comparison. */
const size = 32 * 1024;

const pumped = (start: string, piece: string, end: string) => (length: number) =>
  Buffer.from(`${start}${piece.repeat(length / piece.length)}${end}`, 'latin1');

// Guards what SECURITY.md says of parsers: a file of 64 KiB once kept an agent for ten seconds.
describe.each(Object.entries(parsers))('%s is read in linear time', patient, (type, parser) => {
  const { start, lines } = grammars[type as PackageType];

  test.each([...pieces, ...lines])('%j many times', async (piece) => {
    const run = (bytes: Buffer) => parser.parse([fileFromBytes('/file', bytes)]);
    await expectLinear(pumped(start, piece, ''), run, size);
    await expectLinear(pumped(start, piece, 'b\n'), run, size);
    await expectLinear(pumped('', piece, '\n'), run, size);
  });

  test('many files', async () => {
    const filesOf = (count: number) => Array.from({ length: count }, (_, index) => fileFromBytes(`/${index}`, Buffer.from(start)));
    await expectLinear(filesOf, parser.parse, 1000);
  });
});

describe('os-release is read in linear time', patient, () => {
  test.each(pieces)('%j many times', async (piece) => {
    for (const start of ['ID=a', 'ID="', "ID='", 'ID_LIKE=a', '']) {
      await expectLinear(pumped(start, piece, 'b\n'), parseOsRelease, size / 2);
    }
  });
});
