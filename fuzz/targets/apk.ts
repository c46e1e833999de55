import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { apk } from '../../src/parse/apk.ts';
import { corpusFiles } from '../corpus.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import type { Target } from '../target.ts';

const letter = fc.constantFrom('P', 'V', 'A', 'o', 'L', 'C', 'F', 'R', 'Z', 'p');

export const target: Target = {
  id: 'apk',
  seeds: () => [
    readFileSync('fixtures/apk/hard-cases/installed'),
    readFileSync('fixtures/demo/images/alpine-3.20/lib/apk/db/installed'),
    ...corpusFiles('apk', 'lib/apk/db/installed'),
  ],
  shaped: linesOf(
    fc.oneof(
      fc.tuple(letter, fc.constantFrom('a', '1.2-r0', '', ' ')).map(([name, text]) => `${name}:${text}`),
      fc.constantFrom('', ' '),
    ),
  ),
  words: ['P:a\n', 'V:1\n', 'A:x86_64\n', 'o:b\n', 'L:MIT\n', '\n\n', ':'],
  run: (input) => {
    checkTextDatabase(apk, [input]);
  },
};
