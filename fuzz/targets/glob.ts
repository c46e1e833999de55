import * as fc from 'fast-check';
import { matchesGlob } from '../../src/text/glob.ts';
import { holds, sameTwice, type Target } from '../target.ts';

const piece = fc.constantFrom('*', '?', 'a', 'b', '**', '', '/', 'aab');
const some = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

/** What the quick way is held against takes the product of both lengths in memory. */
const maxOracleCells = 100_000;

/** A pattern and a text, a line each. */
export const target: Target = {
  id: 'glob',
  seeds: () =>
    ['*/nginx:*\nregistry.example/nginx:1.2', 'a*b*c\naXbXc', '????\nabcd', '*a*a*a*a*b\naaaaaaaaaaaaaaa'].map((lines) =>
      Buffer.from(lines),
    ),
  shaped: fc
    .tuple(some, fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 20 }))
    .map((lines) => Buffer.from(lines.join('\n'))),
  words: ['*', '?', 'a', '**', '*a', '\n'],
  run: (input) => {
    const [pattern = '', text = ''] = input.toString().split('\n');
    const fits = sameTwice(() => matchesGlob(pattern, text));
    if (pattern.length * text.length <= maxOracleCells)
      holds(fits === fitsByTable(pattern, text), 'it fits, or does not, against the definition');
    holds(matchesGlob('*', text) && matchesGlob(text.replaceAll(/[*?]/g, '?'), text), 'a text does not fit itself');
  },
};

/** By the definition, for every end of the pattern and of the text. */
function fitsByTable(pattern: string, text: string): boolean {
  let row = Array.from({ length: text.length + 1 }, (_, length) => length === 0);
  for (const sign of pattern.split('')) {
    const next: boolean[] = [];
    for (let length = 0; length <= text.length; length++) {
      const before = length > 0 && (row[length - 1] as boolean);
      next.push(
        sign === '*'
          ? (row[length] as boolean) || (length > 0 && (next[length - 1] as boolean))
          : before && (sign === '?' || sign === text[length - 1]),
      );
    }
    row = next;
  }
  return row.at(-1) as boolean;
}
