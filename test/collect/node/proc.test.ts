import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseStat } from '../../../src/collect/node/proc.ts';

const rest = `S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20 21\n`;

test.each([
  ['bash', `7 (bash) ${rest}`],
  ['a b', `7 (a b) ${rest}`],
  ['a) R 1 (b', `7 (a) R 1 (b) ${rest}`],
  ['', `7 () ${rest}`],
  ['a\nb', `7 (a\nb) ${rest}`],
])('the process %j', (name, text) => {
  expect(parseStat(text)).toEqual({ name, state: 'S', startTicks: 4242 });
});

test.each(['', '\n', '7', '7 (bash', '7 (bash) ', '7 (bash) S 1 2', 'x (bash) S'])('%j is none', (text) => {
  expect(parseStat(text)).toBeNull();
});

test.runIf(process.platform === 'linux')('this one', () => {
  expect(parseStat(readFileSync('/proc/self/stat', 'latin1'))).toMatchObject({ state: 'R' });
});
