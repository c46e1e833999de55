import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apk } from '../../src/parse/apk.ts';
import { fileFromBytes, type ParseResult, readWhole } from '../../src/parse/parser.ts';
import { anyBytes, fileOf, fixturesOf, messagesOf, parseWith } from './parsing.ts';

const path = '/lib/apk/db/installed';
const parse = (...lines: string[]): ParseResult => parseWith(apk, [fileOf(path, ...lines)]);

/** Name, version and architecture of each package. */
const listed = ({ packages }: ParseResult) =>
  packages.map(({ name, version, architecture }) => [name, version, architecture].join(' ').trim());

const musl = ['C:Q1AAAA=', 'P:musl', 'V:1.2.5-r0', 'A:x86_64', 'T:the libc', 'L:MIT', 'o:musl-src'];

describe('an entry', () => {
  it('is a package with its version, architecture, origin and licence', () => {
    expect(parse(...musl)).toEqual({
      packages: [
        {
          name: 'musl',
          version: '1.2.5-r0',
          architecture: 'x86_64',
          sourcePackage: { name: 'musl-src', version: null },
          licenseDeclared: 'MIT',
        },
      ],
      diagnostics: [],
    });
  });

  it.each([
    ['architecture', 'A:', { architecture: null }],
    ['origin', 'o:', { sourcePackage: null }],
    ['licence', 'L:', { licenseDeclared: null }],
  ])('may lack its %s, or have it empty', (_, field, expected) => {
    const without = musl.filter((line) => !line.startsWith(field));
    expect(parse(...without).packages[0]).toMatchObject(expected);
    expect(parse(...without, field).packages[0]).toMatchObject(expected);
  });

  it('has field names of one letter, and their case counts', () => {
    expect(listed(parse('P:a', 'p:so:b=1', 'V:1', 'v:2', 'a:0:0:755', 'A:noarch'))).toEqual(['a 1 noarch']);
  });

  it('may have colons and blanks in its values', () => {
    expect(parse('P:a', 'V:1:2', 'L: MIT AND (GPL: 2) ').packages[0]).toMatchObject({
      version: '1:2',
      licenseDeclared: 'MIT AND (GPL: 2)',
    });
  });

  it('has files, whose names are none of its fields', () => {
    expect(listed(parse(...musl, 'F:etc', 'R:P:evil', 'F:V:6', 'Z:Q1AAAA='))).toEqual(['musl 1.2.5-r0 x86_64']);
  });
});

describe('a database', () => {
  it.each([
    ['one empty line', ['']],
    ['several', ['', '', '']],
  ])('has its entries apart by %s', (_, between) => {
    expect(listed(parse('', ...musl, ...between, 'P:zlib', 'V:1.3', ...between))).toEqual(['musl 1.2.5-r0 x86_64', 'zlib 1.3']);
  });

  it('may end its lines as Windows does, and its last line not at all where that can be seen to be whole', () => {
    const bytes = Buffer.from([...musl, '', 'P:zlib', 'V:1.3', 'F:lib', 'R:libz.so.1', 'Z:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA='].join('\r\n'));
    expect(listed(parseWith(apk, [fileFromBytes(path, bytes)]))).toEqual(['musl 1.2.5-r0 x86_64', 'zlib 1.3']);
  });

  it('lies in one of two places', () => {
    expect(apk.locations).toEqual([{ path }, { path: '/usr/lib/apk/db/installed' }]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['an entry without a package', ['V:1'], 'An entry names no package.'],
    ['what is no entry at all', ['\u0001garbage'], 'An entry is damaged, and left out: a line of it is no field.'],
    ['a line without a colon', [...musl, 'P c'], 'The entry of musl is damaged, and left out: a line of it is no field.'],
    ['a name of two letters', [...musl, 'PP:c'], 'The entry of musl is damaged, and left out: a line of it is no field.'],
    ['a field twice', [...musl, 'V:2'], 'The entry of musl is damaged, and left out: it has two values of the field V.'],
    ['a NUL', [...musl, 'F:\0'], 'The entry of musl is damaged, and left out: NULs stand in it, maybe in the place of others too.'],
  ])('is told, and the others are given: %s', (_, lines, message) => {
    const result = parse(...lines, '', 'P:zlib', 'V:1.3');
    expect(listed(result)).toEqual(['zlib 1.3']);
    expect(result.diagnostics).toEqual([{ severity: 'error', code: 'parse/apk-entry', message, path }]);
  });

  const text = [...musl, 'F:lib', 'R:libc.so', 'Z:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=', '', 'P:zlib', 'V:1.36.0-r9', 'A:noarch', ''].join('\n');
  const parseText = (damaged: string) => parseWith(apk, [fileFromBytes(path, Buffer.from(damaged))]);

  it('is told of a file that is cut anywhere but between two lines, and gives no package that is not there', () => {
    const whole = parseText(text).packages.map((record) => JSON.stringify(record));
    for (let end = 1; end < text.length; end++) {
      const { packages, diagnostics } = parseText(text.slice(0, end));
      const isWhole = text[end - 1] === '\n' || text.slice(0, end).endsWith('AAA=');
      if (isWhole) continue;
      expect(diagnostics.map(({ severity }) => severity)).toContain('error');
      expect(whole).toEqual(expect.arrayContaining(packages.map((record) => JSON.stringify(record))));
    }
  });

  it('is told of NULs in the place of text, and no two packages are mixed', () => {
    for (let start = 0; start < text.length - 80; start++) {
      const { packages, diagnostics } = parseText(text.slice(0, start) + '\0'.repeat(80) + text.slice(start + 80));
      expect(diagnostics.map(({ severity }) => severity)).toContain('error');
      expect(['musl 1.2.5-r0', 'zlib 1.36.0-r9']).toEqual(
        expect.arrayContaining(packages.map(({ name, version }) => `${name} ${version}`)),
      );
    }
  });

  it.each([
    ['no', []],
    ['an empty', ['V:']],
  ])('is not a package with %s version: it is given, and told as odd', (_, lines) => {
    const { packages, diagnostics } = parse('P:musl', ...lines);
    expect(packages).toEqual([{ name: 'musl', version: null, architecture: null, sourcePackage: null, licenseDeclared: null }]);
    expect(diagnostics).toEqual([{ severity: 'warning', code: 'parse/apk-entry', message: 'The package musl has no version.', path }]);
  });

  it('is told ten times, and then counted', () => {
    const lines = Array.from({ length: 12 }, (_, number) => [`V:${number}`, '']).flat();
    expect(messagesOf(parse(...lines)).slice(-2)).toEqual(['An entry names no package.', '2 more records could not be read.']);
  });

  it.each([
    ['an empty file', []],
    ['a file of empty lines', ['', '']],
  ])('is nothing in %s', (_, lines) => {
    expect(parse(...lines)).toEqual({ packages: [], diagnostics: [] });
  });
});

const fixtures = fixturesOf('apk');

describe('fixtures/apk', () => {
  it.each(fixtures)('$name', ({ files, expected }) => {
    expect(parseWith(apk, files)).toEqual(expected);
  });
});

describe('any bytes', () => {
  const bytes = anyBytes(fixtures.flatMap(({ files }) => files.map(readWhole)));

  it('are taken without a throw, with the same answer each time, and no larger than they are', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const file = fileFromBytes(path, content);
        const before = Buffer.from(content);
        const result = parseWith(apk, [file]);
        expect(parseWith(apk, [file])).toEqual(result);
        expect(Buffer.compare(before, content)).toBe(0);
        const lines = Buffer.from(content).toString('latin1').split('\n').length;
        expect(result.packages.length).toBeLessThanOrEqual(lines);
        expect(result.diagnostics.length).toBeLessThanOrEqual(Math.min(12, lines));
        for (const { name, version, architecture, licenseDeclared } of result.packages) {
          expect(name.trim() !== '' && version?.trim() !== '' && architecture !== '' && licenseDeclared !== '').toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  // What takes more than linear time does not come back from here.
  it.each(['a', ' ', '\n', ':', 'F:x\n', 'P:a\n\n', '\r'])('are read in linear time: megabytes of %j', (piece) => {
    const content = Buffer.from(`P:x\nV:1\n\nL:${piece.repeat(3_000_000 / piece.length)}\n`);
    expect(parseWith(apk, [fileFromBytes(path, content)]).packages.length).toBeGreaterThan(0);
  });
});
