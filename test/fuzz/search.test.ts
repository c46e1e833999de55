import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { minimise } from '../../fuzz/minimise.ts';
import { maxInputBytes, mutate } from '../../fuzz/mutate.ts';
import { randomOf } from '../../fuzz/random.ts';
import { pack, unpack } from '../../fuzz/target.ts';

/** In a process of its own: in one of vitest the sources have other names. */
function searchPlanted(): { readonly tried: number; readonly pool: number; readonly found: readonly string[] } {
  const text = execFileSync(process.execPath, ['--import', './scripts/typescript.mjs', 'test/fuzz/planted.ts'], { encoding: 'utf8' });
  return JSON.parse(text);
}

test('blocks that were never run lead the search to four bytes that chance would not come upon, the same way each time', () => {
  const first = searchPlanted();
  // Made as small as it can be, too.
  expect(first.found).toEqual(['FUZZ']);
  expect(first.pool).toBe(5);
  expect(searchPlanted()).toEqual(first);
}, 120_000);

test('a finding is made smaller as long as it stays one', async () => {
  const input = Buffer.from(`${'x'.repeat(1000)}A${'y'.repeat(500)}B${'z'.repeat(1000)}`);
  const smallest = await minimise(input, async (smaller) => /A.*B/.test(smaller.toString()));
  expect(smallest.toString()).toBe('AB');
});

test('some inputs are pumped up with one byte, or one line, to the largest size that there is', () => {
  const input = Buffer.from('a=1\nb=2\n');
  const random = randomOf(1);
  const made = Array.from({ length: 2000 }, () => mutate(input, { random, words: ['w'], other: input, isJson: false }));
  const large = made.filter(({ length }) => length > maxInputBytes - 100);
  const middles = large.map((bytes) => bytes.toString('latin1', maxInputBytes / 2, maxInputBytes / 2 + 1000));
  expect(middles.some((text) => new Set(text).size === 1)).toBe(true);
  // The first and the last are cut.
  const lines = middles.map((text) => text.split('\n').slice(1, -1));
  expect(lines.some((all) => all.length > 3 && all[0] !== '' && new Set(all).size === 1)).toBe(true);
  expect(large.length).toBeLessThan(made.length / 25);
});

test('mutations are the same for the same seed, and JSON mostly stays JSON', () => {
  const input = Buffer.from(JSON.stringify({ a: [1, 'text', null, { b: true }], c: 2 }));
  const changesOf = (seed: number) => {
    const random = randomOf(seed);
    return Array.from({ length: 200 }, () => mutate(input, { random, words: ['w'], other: input, isJson: true }));
  };
  expect(changesOf(1)).toEqual(changesOf(1));
  expect(changesOf(1)).not.toEqual(changesOf(2));
  expect(new Set(changesOf(1).map(String)).size).toBeGreaterThan(150);
  const isJson = (bytes: Buffer) => {
    try {
      JSON.parse(bytes.toString());
      return true;
    } catch {
      return false;
    }
  };
  const kept = changesOf(1).filter(isJson).length;
  expect(kept).toBeGreaterThan(50);
  expect(kept).toBeLessThan(200);
});

test('parts that are packed into one input come out again, and of damaged lengths something comes too', () => {
  const parts = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')];
  expect(unpack(pack(...parts), 3)).toEqual(parts);
  expect(unpack(Buffer.from([255, 255, 255, 255, 1, 2]), 2)).toEqual([Buffer.from([1, 2]), Buffer.alloc(0)]);
});
