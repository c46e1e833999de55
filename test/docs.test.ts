import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Codes of diagnostics as they stand in the sources: room/slug, in quotes. */
function codesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => readFileSync(join(folder, file), 'utf8').match(/(?<=')(?:collect|scan|parse|join)\/[a-z-]+(?=')/g) ?? []);
}

// What is put into a list that nobody reads is no diagnostic: some clusters tell their version to nobody.
const untold = ['collect/cluster-version'];

test('docs/diagnostics.md lists every code, and no other', () => {
  const listed = readFileSync('docs/diagnostics.md', 'utf8').match(/(?<=`)[a-z]+\/[a-z-]+(?=`)/g) ?? [];
  const used = new Set(codesIn('src').filter((code) => !untold.includes(code)));
  expect(listed.toSorted()).toEqual([...used].toSorted());
});

test('SECURITY.md names tests and documents that are there', () => {
  const named = readFileSync('SECURITY.md', 'utf8').match(/(?<=[`(])(?:test|docs|deploy)\/[\w./-]+(?=[`)])/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
