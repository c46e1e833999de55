import * as fc from 'fast-check';
import { search } from '../../fuzz/search.ts';
import type { Target } from '../../fuzz/target.ts';
import { planted } from './src/planted.ts';

/** The words have the letters, as those of a grammar would; that all four stand at the start only the search can come to. */
const target: Target = {
  id: 'planted',
  seeds: () => [Buffer.from('aaaaaaaa')],
  shaped: fc.constant(Buffer.from('b')),
  words: ['F', 'U', 'Z', 'x', 'y'],
  run: (input) => planted(input),
};

const { tried, pool, findings } = await search(target, { seed: 1, goesOn: (soFar) => soFar < 30_000 });
console.log(JSON.stringify({ tried, pool, found: findings.map(({ input }) => input.toString('latin1')) }));
