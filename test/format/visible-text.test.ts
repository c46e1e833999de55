import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText, visibleText } from '../../src/format/visible-text.ts';

test.each([
  ['plain', 'plain'],
  ['Größe 包', 'Größe 包'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['a\nb\tc\r', 'a\\u{a}b\\u{9}c\\u{d}'],
  ['\u009b31m', '\\u{9b}31m'],
  ['\u202eevil', '\\u{202e}evil'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\u2028', '\\u{2028}'],
  ['\ud800', '\\u{d800}'],
  ['\u{e0041}', '\\u{e0041}'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test('JSON keeps every true value, and has nothing in its text that acts on a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(jsonText({ text }))).toEqual({ text });
      expect(visibleText(jsonText({ text }))).toBe(jsonText({ text }));
    }),
    { numRuns: 2000 },
  );
});
