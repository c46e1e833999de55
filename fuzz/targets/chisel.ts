import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { chiselBy } from '../../src/parse/chisel.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import type { Target } from '../target.ts';

const text = fc.constantFrom('package', 'path', 'slice', 'a', '1-2', 'amd64', '');
const entry = fc.record({ kind: text, name: text, version: text, arch: text, count: fc.nat(3) }, { requiredKeys: [] });

/** What is unpacked already: zstd is Node's. */
export const target: Target = {
  id: 'chisel',
  seeds: () => [readFileSync('fixtures/chisel/wall.jsonl')],
  shaped: linesOf(entry.map((value) => JSON.stringify(value))),
  words: ['{"kind":"package",', '"name":"a"', '"version":"1"', '"arch":"b"', '"count":1', '}\n', ',', ':', 'null'],
  run: (input) => {
    checkTextDatabase(
      chiselBy((bytes) => bytes),
      [input],
    );
  },
};
