import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/version/version-order.ts';
import { isValidVersion } from './validity.ts';

const corpus = new URL('../../../shared/corpus/versions/', import.meta.url);
const files = { apk: 'alpine.txt', deb: 'debian.txt', rpm: 'redhat.txt' } as const;
type InCorpus = keyof typeof files;
const signs: Record<string, number> = { '<': -1, '=': 0, '>': 1 };

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly expected: number;
}

function readPairs(type: InCorpus): Pair[] {
  const lines = readFileSync(new URL(files[type], corpus), 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [a = '', sign = '', b = ''] = line.trim().split(' ');
      return { a, b, expected: signs[sign] ?? Number.NaN };
    });
}

const isThere = existsSync(corpus);
if (!isThere) {
  console.warn('The corpus of version pairs is not beside the repository: its tests are skipped.');
}

describe.skipIf(!isThere)('the pairs of the corpus', () => {
  it.each([
    ['apk', 500, 50],
    ['deb', 20, 0],
    ['rpm', 100, 40],
  ] as const)('%s: all that are valid versions are in order', (type, least, mostLeftOut) => {
    const pairs = readPairs(type);
    const valid = pairs.filter(({ a, b }) => isValidVersion(type, a) && isValidVersion(type, b));
    const wrong = valid.filter(({ a, b, expected }) => compareVersions(type, a, b) !== expected);

    console.info(`${type}: ${valid.length} pairs compared, ${pairs.length - valid.length} left out as not valid`);
    expect(wrong).toEqual([]);
    expect(valid.length).toBeGreaterThanOrEqual(least);
    expect(pairs.length - valid.length).toBeLessThanOrEqual(mostLeftOut);
  });
});
