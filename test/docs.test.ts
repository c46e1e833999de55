import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ok } from './e2e/commands.ts';

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

describe('the npm package', async () => {
  const [packed] = Object.values(JSON.parse(await ok('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])));
  const files = (packed as { readonly files: readonly { readonly path: string }[] }).files.map(({ path }) => path);

  /** The files that the links of a document lead to, those of its pictures too. */
  function linkedFrom(document: string): string[] {
    const links = [...readFileSync(document, 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link]) => link as string);
    return links.filter((link) => !/^[a-z]+:/.test(link)).map((link) => join(dirname(document), link));
  }

  test.each(files.filter((file) => file.endsWith('.md')))('has all that %s links to', (document) => {
    expect(linkedFrom(document).filter((path) => !files.includes(path))).toEqual([]);
  });

  test('has no pictures that README.md does not show', () => {
    expect(linkedFrom('README.md')).toContain('docs/limits.md');
    const pictures = files.filter((file) => /\.(?:png|jpg|svg|gif|webp)$/.test(file));
    expect(pictures.filter((file) => !linkedFrom('README.md').includes(file))).toEqual([]);
  });
});
