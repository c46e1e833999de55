import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '../../src/text/glob.ts';

test.each([
  ['shop', 'shop', true],
  ['shop', 'shops', false],
  ['shop-*', 'shop-eu', true],
  ['shop-*', 'shop-', true],
  ['shop-*', 'shop', false],
  ['*', '', true],
  ['', '', true],
  ['', 'x', false],
  ['s?op', 'shop', true],
  ['s?op', 'sop', false],
  ['registry.example/*:1', 'registry.example/shop/web:1', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b', 'ab-ba', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['Shop', 'shop', false],
])('%j fits %j: %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.') });

test('agrees with a regular expression', () => {
  const escaped = (pattern: string) => pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*').replaceAll('?', '.');
  fc.assert(
    fc.property(letters, letters, (pattern, text) => matchesGlob(pattern, text) === new RegExp(`^${escaped(pattern)}$`).test(text)),
  );
});

test('ends soon, whatever a stranger wrote', () => {
  expect(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(20_000))).toBe(false);
});
