import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dpkg } from '../../src/parse/dpkg.ts';
import { fileFromBytes } from '../../src/parse/parser.ts';

const parse = (text: string | Uint8Array) => dpkg.parse([fileFromBytes('/status', typeof text === 'string' ? Buffer.from(text) : text)]);
const stanza = (fields: string) => parse(`Package: bash\nVersion: 5.2-1\nArchitecture: amd64\n${fields}\n`).packages;

describe('Status: only the state says what is on disk', () => {
  test.each([
    ['install ok installed', true],
    ['hold ok installed', true],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
    ['install ok unpacked', true],
    ['install ok half-configured', true],
    ['install reinstreq half-installed', true],
    ['install ok triggers-awaited', true],
    ['install ok triggers-pending', true],
  ])('%s → listed: %s', (status, isListed) => {
    expect(stanza(`Status: ${status}`)).toHaveLength(isListed ? 1 : 0);
  });

  test('without a Status, as in status.d, it is there because the package is', () => {
    expect(stanza('Section: shells')).toHaveLength(1);
  });
});

describe('Source', () => {
  test.each([
    ['', 'bash', '5.2-1'],
    ['Source: gcc-12', 'gcc-12', '5.2-1'],
    ['Source: bash (5.2-0)', 'bash', '5.2-0'],
    ['Source: openssl  (1:3.0-1)', 'openssl', '1:3.0-1'],
  ])('%j → %s %s', (field, name, version) => {
    expect(stanza(`Status: install ok installed\n${field}`)?.[0]?.sourcePackage).toEqual({ name, version });
  });
});

test('names of fields in any case, continued lines, CRLF and several blank lines', () => {
  const text = 'pAckage: a\r\nVERSION: 1\r\nDescription: x\r\n Version: 9\r\n .\r\n\r\n\r\nPackage: b\r\nVersion: 2\r\n';
  expect(parse(text).packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['a 1', 'b 2']);
});

test('two architectures are two packages; of two stanzas for one the last counts', () => {
  const one = (architecture: string, version: string) => `Package: libc6\nVersion: ${version}\nArchitecture: ${architecture}\n\n`;
  const result = parse(one('amd64', '1') + one('i386', '1') + one('amd64', '2'));
  expect(result.packages.map(({ architecture, version }) => `${architecture} ${version}`)).toEqual(['amd64 2', 'i386 1']);
});

test('what the database does not say is null', () => {
  expect(parse('Package: a\nVersion: 1\n').packages).toEqual([
    { name: 'a', version: '1', architecture: null, sourcePackage: { name: 'a', version: '1' }, licenseDeclared: null },
  ]);
});

test('a damaged stanza costs itself and leaves a diagnostic', () => {
  const result = parse('Package: a\nVersion: 1\n\nPackage: broken\n\nfoo bar\n\nPackage: b\nVersion: 2\n');
  expect(result.packages.map(({ name }) => name)).toEqual(['a', 'broken', 'b']);
  expect(result.diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`)).toEqual([
    'warning parse/dpkg-stanza The package broken has no version.',
    'error parse/dpkg-stanza A stanza names no package.',
  ]);
});

test('a million broken stanzas make a handful of diagnostics', () => {
  expect(parse('x: y\n\n'.repeat(100_000)).diagnostics).toHaveLength(11);
});

test.each(['libc6', 'libc6.amd64', 'base'])('of status.d %s is read', (name) => {
  expect(dpkg.locations.some((location) => 'accepts' in location && location.accepts(name))).toBe(true);
});

test.each(['libc6.md5sums', 'tzdata.preinst', 'base.postinst'])('of status.d %s is left out', (name) => {
  expect(dpkg.locations.some((location) => 'accepts' in location && location.accepts(name))).toBe(false);
});

test('it is total, deterministic, and gives no more than it gets', () => {
  const words = fc.constantFrom(
    'Package: ',
    'Version: ',
    'Status: install ok installed',
    '\n',
    '\n\n',
    ' ',
    'Source: a (b',
    '\r',
    '\0',
    'é',
  );
  const texts = fc.oneof(
    fc.array(fc.oneof(words, fc.string())).map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 500 }),
  );
  fc.assert(
    fc.property(texts, (bytes) => {
      const result = parse(bytes);
      expect(parse(bytes)).toEqual(result);
      expect(result.packages.length + result.diagnostics.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 500 },
  );
});

test('of two stanzas for one package the last counts, also where it says that the package is gone', () => {
  const text = 'Package: a\nVersion: 1\nStatus: install ok installed\n\nPackage: a\nVersion: 1\nStatus: deinstall ok config-files\n';
  expect(parse(text).packages).toEqual([]);
});
