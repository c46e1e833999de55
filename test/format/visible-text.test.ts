import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, visibleText } from '../../src/format/visible-text.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\u001b[31m', '\u202e', '\u2028', '\ud800', '\udc00', '\0', 'a', '"', '\\', '\u{e0041}'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');

/** What acts on a terminal, turns text around, ends lines, or is no character. */
const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

describe('visibleText', () => {
  it('leaves no character of Unicode that does harm or is shown as nothing, and all others as they are', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const isHidden = harmful.test(character);
      if ((visibleText(character) !== character) !== isHidden) throw new Error(`U+${code.toString(16)} is shown: ${!isHidden}`);
    }
  });

  it.each([
    ['plain ASCII', 'libstdc++6 1:2-3~x', 'libstdc++6 1:2-3~x'],
    ['letters of all scripts', 'café 日本 Ελ', 'café 日本 Ελ'],
    ['an escape sequence', '\u001b[2J\u001b]0;title\u0007', '\\u{1b}[2J\\u{1b}]0;title\\u{7}'],
    ['the one-character form of it (C1)', '\u009b31m', '\\u{9b}31m'],
    ['line ends and tabs', 'a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['nothing and delete', '\0\u007f', '\\u{0}\\u{7f}'],
    ['a change of direction', '\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
    ['what has no width', 'a\u200bb\ufeff\u00ad', 'a\\u{200b}b\\u{feff}\\u{ad}'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['lone surrogates', '\ud800a\udfff', '\\u{d800}a\\u{dfff}'],
    ['tags outside the basic plane', '\u{e0041}', '\\u{e0041}'],
    ['letters that are empty', 'a\u3164b\u115fc\u{e0100}\u034f', 'a\\u{3164}b\\u{115f}c\\u{e0100}\\u{34f}'],
    ['a whole pair', '\u{1f600}', '\u{1f600}'],
  ])('%s', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('leaves nothing that does harm, whatever comes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visibleText(text)).not.toMatch(harmful);
      }),
    );
  });
});

describe('jsonText', () => {
  it('is JSON of the true value, and nothing in it does harm', () => {
    const text = anyText.map(wellFormed);
    const value = fc.oneof(text, fc.array(text), fc.dictionary(text, text, { noNullPrototype: true }));
    fc.assert(
      fc.property(value, (given) => {
        const text = jsonText(given);
        expect(JSON.parse(text)).toEqual(given);
        expect(text).not.toMatch(harmful);
      }),
    );
  });

  // jq 1.6 stops at half a pair, and has read nothing of what follows.
  it('has U+FFFD for what is no text, whatever stands before it', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        expect(JSON.parse(jsonText({ [given]: given }))).toEqual({ [wellFormed(given)]: wellFormed(given) });
      }),
    );
    expect(jsonText('\\ud800\ud800\\\udc00')).toBe('"\\\\ud800\\ufffd\\\\\\ufffd"');
  });

  it('writes hidden characters as JSON escapes', () => {
    expect(jsonText('\u202e\u{e0041}\u007f')).toBe('"\\u202e\\udb40\\udc41\\u007f"');
  });
});
