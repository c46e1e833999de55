import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dpkg } from '../../src/parse/dpkg.ts';
import { opkg } from '../../src/parse/opkg.ts';
import { pacman } from '../../src/parse/pacman.ts';
import { fileFromBytes, type Parser } from '../../src/parse/parser.ts';

const parse = (parser: Parser, text: string, path = '/file') => parser.parse([fileFromBytes(path, Buffer.from(text))]);

const local = '/var/lib/pacman/local';
const parsePacman = (text: string, entry = 'foo-1.2.3-1') => parse(pacman, text, `${local}/${entry}/desc`);

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
  expect(parsePacman(text, 'gcc-libs-1:13.2.1-3')).toEqual({
    packages: [
      {
        ...{ name: 'gcc-libs', version: '1:13.2.1-3', architecture: 'x86_64' },
        ...{ sourcePackage: { name: 'gcc', version: null }, licenseDeclared: 'GPL3, LGPL' },
      },
    ],
    diagnostics: [],
  });
});

describe('opkg: what is damaged is left out, and told', () => {
  const busybox = 'Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\n';
  const vim = '\nPackage: vim\nVersion: 9\nStatus: install user installed\n';

  test.each([
    ['garbage', 'A stanza is damaged, and left out: a line of it is no field.'],
    [`${busybox}Version: 2\n`, 'The stanza of busybox is damaged, and left out: it has two values of the field version.'],
    [
      `${busybox}${'\0'.repeat(100)}\n`,
      'The stanza of busybox is damaged, and left out: NULs stand in it, maybe in the place of others too.',
    ],
  ])('%j', (text, message) => {
    expect(parse(opkg, `${text}\n${vim}`)).toMatchObject({ packages: [{ name: 'vim' }], diagnostics: [{ severity: 'error', message }] });
  });

  test('where the file is cut off', () => {
    expect(parse(opkg, `${vim}\n${busybox.slice(0, 30)}`)).toMatchObject({
      packages: [{ name: 'vim' }],
      diagnostics: [{ severity: 'error', message: 'The stanza of busybox is damaged, and left out: the file is cut off within it.' }],
    });
  });
});

// As pacman -Q lists them, pacman 6.0.
describe('pacman: a package is there by its folder', () => {
  const desc = '%NAME%\nfoo\n\n%VERSION%\n1.2.3-1\n\n%ARCH%\nx86_64\n\n';
  const byFolder = { name: 'foo', version: '1.2.3-1', architecture: null, sourcePackage: null, licenseDeclared: null };
  const told = (reason: string) => ({
    ...{ severity: 'error', code: 'parse/pacman-desc', path: `${local}/foo-1.2.3-1` },
    message: `Of foo 1.2.3-1 nothing else is known: ${reason}.`,
  });

  test.each([
    ['is empty', '', 'its desc is not there, is empty, or is behind a link, which is not followed'],
    ['is cut within its version', desc.slice(0, desc.indexOf('.3-1')), 'its desc is cut off'],
    ['is cut between two lines', desc.slice(0, desc.indexOf('1.2.3-1')), 'its desc does not say the same'],
    ['has NULs', desc.replace('x86_64', '\0'), 'NULs stand in its desc'],
    ['has a section twice', `${desc}%ARCH%\nany\n`, 'its desc has a section twice'],
    ['has another version', desc.replace('1.2.3-1', '1.2.4-1'), 'its desc does not say the same'],
    ['has another name', desc.replace('foo', 'bar'), 'its desc does not say the same'],
    ['is garbage', 'garbage\n', 'its desc does not say the same'],
  ])('whose desc %s', (_, text, reason) => {
    expect(parsePacman(text)).toEqual({ packages: [byFolder], diagnostics: [told(reason)] });
  });

  test('without a desc, and with one it is there once', () => {
    const folders = ['foo-1.2.3-1', 'lib32-Foo.bar_x+y-2:2.0.rc1-2.1'].map((name) => fileFromBytes(`${local}/${name}/`, Buffer.alloc(0)));
    const { packages, diagnostics } = pacman.parse(folders);
    expect(packages).toEqual([byFolder, { ...byFolder, name: 'lib32-Foo.bar_x+y', version: '2:2.0.rc1-2.1' }]);
    expect(diagnostics[0]).toEqual(told('its desc is not there, is empty, or is behind a link, which is not followed'));
    const both = pacman.parse([...folders.slice(0, 1), fileFromBytes(`${local}/foo-1.2.3-1/desc`, Buffer.from(desc))]);
    expect(both).toEqual({ packages: [{ ...byFolder, architecture: 'x86_64' }], diagnostics: [] });
  });

  test('and in a folder of another form there is none, for pacman', () => {
    expect(parsePacman(desc, 'foo')).toMatchObject({ packages: [], diagnostics: [{ severity: 'warning' }] });
  });

  test.each([
    ['foo-1.2.3-1/desc', true],
    ['foo-1.2.3-1/', true],
    ['foo-1.2.3-1/files', false],
    ['lost+found/', false],
    ['foo-1.2.3-1', false],
    ['ALPM_DB_VERSION', false],
  ])('%s is asked for: %s', (name, isAccepted) => {
    expect(pacman.locations.map((location) => 'directory' in location && location.accepts(name))).toEqual([isAccepted]);
  });
});

test('no bytes make them throw', () => {
  const words = fc.constantFrom('%NAME%', '%VERSION%', '\n', '\n\n', 'Package: ', 'Status: a b installed', '%', '\0');
  const texts = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.constantFrom(opkg, pacman), texts, (parser, text) => Array.isArray(parse(parser, text, '/a-1-1/desc').packages)),
  );
});

test.each<[string, Parser, number]>([
  ['pacman', pacman, 100_000],
  ['dpkg', dpkg, 0],
])('%s: a folder of a hundred thousand damaged files has some diagnostics, and the number of the rest', (_, parser, known) => {
  const bytes = Buffer.from('garbage\n');
  const files = Array.from({ length: 100_000 }, (_, index) => fileFromBytes(`/folder/a-1-${index}/desc`, bytes));
  const { packages, diagnostics } = parser.parse(files);
  expect([packages.length, diagnostics.length]).toEqual([known, 11]);
  expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', message: '99990 more records could not be read.' });
  expect(diagnostics.at(-1)?.path).toContain('/folder/a-1-99999');
});

test('pacman: what is kept of a section that is too long is too long for a field', () => {
  const text = `%NAME%\nfoo\n\n%VERSION%\n1.2.3-1\n\n%LICENSE%\n${'b\n'.repeat(100_000)}`;
  const { packages } = parsePacman(text);
  expect(packages[0]?.licenseDeclared?.length).toBeGreaterThan(16 * 1024);
});
