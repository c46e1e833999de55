import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingsOf, loadTarget, targetIds } from '../../fuzz/corpus.ts';

test('every folder of findings is one of a target', () => {
  const folders = readdirSync('fixtures/fuzz', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !(targetIds as readonly string[]).includes(name))).toEqual([]);
});

describe.each(targetIds)('%s', (id) => {
  test.each(findingsOf(id))('what was found breaks nothing any more: $name', async ({ input }) => {
    const { run } = await loadTarget(id);
    await run(input);
  });

  test('its seeds break nothing, and it is called by its name', async () => {
    const target = await loadTarget(id);
    expect(target.id).toBe(id);
    const seeds = target.seeds();
    expect(seeds).not.toEqual([]);
    for (const seed of seeds) await target.run(Buffer.from(seed));
  });
});

test('docs/reliability.md has figures of every target, and of no other', () => {
  const figures = readFileSync('docs/reliability.md', 'utf8').split('### Figures')[1] as string;
  const rows = Array.from(figures.matchAll(/^\| ([a-z-]+) \| [\d,]+ \| \d+ of \d+ \| \d+ \|/gm), ([, name]) => name);
  expect(rows).toEqual(targetIds);
});
