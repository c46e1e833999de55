import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apk } from '../../src/parse/apk.ts';
import { fileFromBytes } from '../../src/parse/parser.ts';

const parse = (text: string | Uint8Array) => apk.parse([fileFromBytes('/installed', typeof text === 'string' ? Buffer.from(text) : text)]);

test('name, version, architecture, origin, licence; the files between them are passed over', () => {
  const text = 'C:Q1x=\nP:musl\nV:1.2.4-r0\nA:x86_64\nL:MIT\no:musl\nF:lib\nR:libc.so\na:0:0:755\nZ:Q1y=\n\n';
  expect(parse(text)).toEqual({
    packages: [
      { name: 'musl', version: '1.2.4-r0', architecture: 'x86_64', sourcePackage: { name: 'musl', version: null }, licenseDeclared: 'MIT' },
    ],
    diagnostics: [],
  });
});

test('what the database does not say is null, and the last record needs no blank line', () => {
  expect(parse('P:a\nV:1\n\nP:b\nV:2').packages).toEqual([
    { name: 'a', version: '1', architecture: null, sourcePackage: null, licenseDeclared: null },
    { name: 'b', version: '2', architecture: null, sourcePackage: null, licenseDeclared: null },
  ]);
});

test('letters are told apart by case', () => {
  expect(parse('p:provides\nP:a\nv:9\nV:1\n').packages.map(({ name, version }) => [name, version])).toEqual([['a', '1']]);
});

test('a damaged record costs itself and leaves a diagnostic', () => {
  const result = parse('P:a\nV:1\n\nP:broken\n\nT:nameless\n\nP:b\nV:2\n');
  expect(result.packages.map(({ name }) => name)).toEqual(['a', 'broken', 'b']);
  expect(result.diagnostics.map(({ message }) => message)).toEqual(['The package broken has no version.', 'An entry names no package.']);
});

test('it is total, deterministic, and gives no more than it gets', () => {
  const words = fc.constantFrom('P:', 'V:', 'A:x', 'L:y', '\n', '\n\n', 'F:lib', '\r', '\0');
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
