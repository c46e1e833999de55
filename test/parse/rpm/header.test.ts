import { describe, expect, test } from 'vitest';
import { contentOf, partOf } from '../../../src/parse/rpm/content.ts';
import { parseHeader } from '../../../src/parse/rpm/header.ts';
import { isKey, toRecord } from '../../../src/parse/rpm/record.ts';
import { buildHeader, type Entry } from './headers.ts';

const tags = { name: 1000, version: 1001, release: 1002, epoch: 1003, license: 1014, architecture: 1022, sourceRpm: 1044 };
const least: readonly Entry[] = [
  [tags.name, 'bill'],
  [tags.version, '1.0'],
  [tags.release, '2'],
];

function read(entries: readonly Entry[]) {
  const header = parseHeader(contentOf(buildHeader(entries)));
  if ('damage' in header) throw new Error(header.damage);
  return header;
}

describe('a header', () => {
  test('gives what it says', () => {
    const entries: Entry[] = [
      ...least,
      [tags.epoch, 3],
      [tags.license, 'Lizenz der Werft Köln'],
      [tags.architecture, 'ppc64le'],
      [tags.sourceRpm, 'bill-src-1.0-2.src.rpm'],
    ];
    expect(toRecord(read(entries))).toEqual({
      name: 'bill',
      version: '3:1.0-2',
      architecture: 'ppc64le',
      sourcePackage: { name: 'bill-src', version: '1.0-2' },
      licenseDeclared: 'Lizenz der Werft Köln',
    });
  });

  test('gives null for what it does not say', () => {
    expect(toRecord(read([...least, [tags.license, '']]))).toEqual({
      name: 'bill',
      version: '1.0-2',
      architecture: null,
      sourcePackage: null,
      licenseDeclared: null,
    });
  });

  test('gives the first of several texts: the untranslated one', () => {
    expect(read([...least, [tags.license, ['Shipyard', 'Werft']]]).license).toBe('Shipyard');
  });

  test('gives the later of two entries of one tag, as rpm does', () => {
    expect(read([...least, [tags.license, 'first'], [tags.license, 'second']]).license).toBe('second');
  });

  test('keeps a number above 2^31, and text that is not UTF-8', () => {
    const header = buildHeader([...least, [tags.epoch, 4_000_000_000], [tags.license, 'Koeln']]);
    header.write('\xf6', header.indexOf('Koeln') + 1, 'latin1');
    expect(parseHeader(contentOf(header))).toMatchObject({ epoch: 4_000_000_000, license: 'K\ufffdeln' });
  });

  test('of a large package is read in part, and gives the same', () => {
    const files: Entry = [1117, Array.from({ length: 2000 }, (_, i) => `file-${i}`)];
    const late: Entry[] = [
      [tags.license, 'l'.repeat(500)],
      [tags.epoch, 7],
      [tags.sourceRpm, 'bill-1.0-2.src.rpm'],
    ];
    const bytes = buildHeader([...least, files, ...late]);
    let fetched = 0;
    // As a file that is open: the memory is used again with each read.
    const memory = new Uint8Array(bytes.length);
    const content = {
      length: bytes.length,
      read(start: number, length: number) {
        const part = bytes.subarray(start, start + length);
        memory.fill(0xee);
        memory.set(part);
        fetched += part.length;
        return memory.subarray(0, part.length);
      },
    };
    expect(parseHeader(content)).toEqual(read([...least, ...late]));
    expect(fetched).toBeLessThan(bytes.length / 2);
  });

  test('ends where the file ended meanwhile', () => {
    const bytes = buildHeader(least);
    expect(parseHeader({ length: bytes.length, read: () => bytes.subarray(0, 20) })).toEqual({
      damage: 'the file ended while it was read',
    });
  });

  const damaged: readonly (readonly [string, Buffer, string])[] = [
    ['nothing', Buffer.alloc(0), 'it is too short for a header'],
    ['a byte less', buildHeader(least).subarray(0, -1), 'its header says 67 bytes and has 66'],
    ['a byte more', Buffer.concat([buildHeader(least), Buffer.alloc(1)]), 'its header says 67 bytes and has 68'],
    ['too many entries', Buffer.from('0001000000000000', 'hex'), 'its header is larger than rpm allows'],
    ['too long a store', Buffer.from('0000000010000000', 'hex'), 'its header is larger than rpm allows'],
    ['no name', buildHeader(least.slice(1)), 'the package has no name'],
    ['a name of nothing', buildHeader([[tags.name, ''], ...least.slice(1)]), 'the package has no name'],
    ['no version', buildHeader([[tags.name, 'bill']]), 'the package has no version'],
    ['a text as epoch', buildHeader([...least, [tags.epoch, 'three']]), 'tag 1003 of its header is no number'],
    ['a number as name', buildHeader([[tags.name, 1]]), 'tag 1000 of its header is no text'],
    [
      'text without end',
      Buffer.concat([buildHeader(least).subarray(0, -1), Buffer.from('x')]),
      'tag 1002 of its header lies outside of it',
    ],
  ];

  test.each(damaged)('with %s is damaged', (_, bytes, damage) => {
    expect(parseHeader(contentOf(bytes))).toEqual({ damage });
  });

  test('whose entries share their bytes is damaged: it would be larger than its file', () => {
    const name = 'n'.repeat(200);
    const header = buildHeader([
      [tags.name, name],
      [tags.version, ''],
      [tags.release, ''],
      [tags.license, ''],
    ]);
    for (const entry of [1, 2, 3]) header.writeUInt32BE(0, 8 + entry * 16 + 8);
    expect(parseHeader(contentOf(header))).toEqual({ damage: 'the entries of its header overlap' });
  });
});

test('a part of a content has nothing behind its end', () => {
  const part = partOf(contentOf(Buffer.from('supercargo')), 5, 3);
  const shown = [0, 2, 3, 9].map((start) => Buffer.from(part.read(start, 9)).toString());
  expect(shown).toEqual(['car', 'r', '', '']);
});

test('a key is no package', () => {
  expect(isKey(read([[tags.name, 'gpg-pubkey'], ...least.slice(1)]))).toBe(true);
  expect(isKey(read(least))).toBe(false);
});

describe('a source package', () => {
  const names: readonly (readonly [string, string, string | null])[] = [
    ['bash-4.4-19.6.1.src.rpm', 'bash', '4.4-19.6.1'],
    ['gcc-c++-8.5.0-4.el8.nosrc.rpm', 'gcc-c++', '8.5.0-4.el8'],
    ['java-1.8.0-openjdk-1.8.0.362.b09-2.el8_7.src.rpm', 'java-1.8.0-openjdk', '1.8.0.362.b09-2.el8_7'],
    ['odd.src.rpm', 'odd', null],
    ['odd-1.src.rpm', 'odd-1', null],
    ['-1-2.src.rpm', '-1-2', null],
    ['no-suffix-1-2', 'no-suffix', '1-2'],
  ];

  test.each(names)('%s is %s at %s', (sourceRpm, name, version) => {
    expect(toRecord(read([...least, [tags.sourceRpm, sourceRpm]])).sourcePackage).toEqual({ name, version });
  });

  test('that rpm writes as (none) is none', () => {
    expect(toRecord(read([...least, [tags.sourceRpm, '(none)']]))).toMatchObject({ sourcePackage: null });
  });
});
