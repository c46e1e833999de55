import * as fc from 'fast-check';
import { jsonText, visibleText } from '../../src/format/visible-text.ts';
import { oddities } from '../mutate.ts';
import { holds, sameTwice, type Target } from '../target.ts';

/** What acts on a terminal, or turns text around: written without the expression that is tested. */
const acts = (text: string) =>
  [...text].some((character) => {
    const code = character.codePointAt(0) as number;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const turns =
      code === 0x61c || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f);
    return (
      isControl ||
      turns ||
      code === 0xfeff ||
      code === 0xad ||
      code === 0x3164 ||
      code === 0x34f ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    );
  });

/** Any text, halves of characters too: two bytes are one unit of it. */
export const target: Target = {
  id: 'visible-text',
  seeds: () => [...oddities, '\ud800', '\udc00\ud800', '\u{e0041}', 'a\u0301'].map((text) => Buffer.from(text, 'utf16le')),
  shaped: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => Buffer.from(text, 'utf16le')),
  words: oddities.map((text) => Buffer.from(text, 'utf16le').toString('latin1')),
  run: (input) => {
    const text = input.toString('utf16le');
    const visible = sameTwice(() => visibleText(text));
    holds(!acts(visible), 'what acts on a terminal gets through');
    holds(visibleText(visible) === visible, 'what is visible is changed again');
    holds(visible.length <= 10 * text.length, 'more than ten characters for one');
    for (const value of [text, { [text]: [text] }]) {
      const json = sameTwice(() => jsonText(value));
      holds(!acts(json), 'what acts on a terminal gets through in JSON');
      holds(JSON.stringify(JSON.parse(json)) === JSON.stringify(JSON.parse(wellFormed(value))), 'another text is read back');
    }
  },
};

const wellFormed = (value: unknown) =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? inner.replace(/\p{Cs}/gu, '\ufffd') : inner)).replaceAll(
    /\\ud[89a-f][0-9a-f]{2}/g,
    '\ufffd',
  );
