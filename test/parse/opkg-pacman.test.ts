import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dpkg } from '../../src/parse/dpkg.ts';
import { opkg } from '../../src/parse/opkg.ts';
import { pacman } from '../../src/parse/pacman.ts';
import { fileFromBytes, type Parser } from '../../src/parse/parser.ts';

const parse = (parser: Parser, text: string) => parser.parse([fileFromBytes('/file', Buffer.from(text))]);

test('opkg: what is installed, and not what is only wanted', () => {
  const text =
    'Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\nArchitecture: x86_64\n\nPackage: nano\nVersion: 7.2\nStatus: unknown ok not-installed\n\nPackage: vim\nVersion: 9\n';
  expect(parse(opkg, text)).toEqual({
    packages: [{ name: 'busybox', version: '1.36.1-1', architecture: 'x86_64', sourcePackage: null, licenseDeclared: null }],
    diagnostics: [
      { severity: 'warning', code: 'parse/opkg-stanza', message: 'The package vim has no Status, and so is not installed.', path: '/file' },
    ],
  });
});

test('pacman: name, version, base, architecture and all licences', () => {
  const text =
    '%NAME%\ngcc-libs\n\n%VERSION%\n1:13.2.1-3\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL3\nLGPL\n\n%DEPENDS%\nglibc>=2.27\n';
  expect(parse(pacman, text)).toEqual({
    packages: [
      {
        ...{ name: 'gcc-libs', version: '1:13.2.1-3', architecture: 'x86_64' },
        ...{ sourcePackage: { name: 'gcc', version: null }, licenseDeclared: 'GPL3, LGPL' },
      },
    ],
    diagnostics: [],
  });
});

describe('what is damaged leaves a diagnostic', () => {
  test.each([
    ['opkg', opkg],
    ['pacman', pacman],
  ])('%s', (_, parser) => {
    expect(parse(parser, 'garbage')).toMatchObject({ packages: [], diagnostics: [{ severity: 'error' }] });
  });
});

test('no bytes make them throw', () => {
  const words = fc.constantFrom('%NAME%', '%VERSION%', '\n', '\n\n', 'Package: ', 'Status: a b installed', '%', '\0');
  const texts = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(''));
  fc.assert(fc.property(fc.constantFrom(opkg, pacman), texts, (parser, text) => Array.isArray(parse(parser, text).packages)));
});

test.each<[string, Parser]>([
  ['pacman', pacman],
  ['dpkg', dpkg],
])('%s: a folder of a hundred thousand damaged files has some diagnostics, and the number of the rest', (_, parser) => {
  const bytes = Buffer.from('garbage');
  const files = Array.from({ length: 100_000 }, (_, index) => fileFromBytes(`/folder/${index}`, bytes));
  const { packages, diagnostics } = parser.parse(files);
  expect([packages.length, diagnostics.length]).toEqual([0, 11]);
  expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', message: '99990 more records could not be read.', path: '/folder/99999' });
});

test('pacman: what is kept of a section that is too long is too long for a field', () => {
  const text = `%NAME%\na\n\n%VERSION%\n1\n\n%LICENSE%\n${'b\n'.repeat(100_000)}`;
  const { packages } = parse(pacman, text);
  expect(packages[0]?.licenseDeclared?.length).toBeGreaterThan(16 * 1024);
});
