import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apk } from '../../src/parse/apk.ts';
import { dpkg } from '../../src/parse/dpkg.ts';
import { opkg } from '../../src/parse/opkg.ts';
import { fileFromBytes, type Parser } from '../../src/parse/parser.ts';
import { damages } from './rpm/damages.ts';

/** How many damaged inputs in all, over the fixtures; and how many of each database of the corpus. */
const runs = Number(process.env.SUPERCARGO_FUZZ_RUNS ?? 3000);
const corpusRuns = Number(process.env.SUPERCARGO_FUZZ_CORPUS_RUNS ?? 10);

const images = 'fixtures/demo/images';
const fixtures: [string, Parser, string][] = [
  ['dpkg', dpkg, `${images}/debian-12/var/lib/dpkg/status`],
  ['opkg', opkg, `${images}/debian-11/var/lib/dpkg/status`],
  ['apk', apk, `${images}/alpine-3.20/lib/apk/db/installed`],
];

/** Damaged anyhow, a database gives no more than it has, says the same twice, and never throws. */
function checkDamages(parser: Parser, path: string, numRuns: number): void {
  const bytes = readFileSync(path);
  const property = fc.property(damages([fileFromBytes(path, bytes)]), (files) => {
    const result = parser.parse(files);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    expect(parser.parse(files)).toEqual(result);
    expect(result.packages.length).toBeLessThanOrEqual(size);
    expect(result.diagnostics.length).toBeLessThanOrEqual(12 * files.length);
  });
  fc.assert(property, { numRuns });
}

test.each(fixtures)('%s: damaged copies of a fixture', (_, parser, path) => {
  checkDamages(parser, path, Math.ceil(runs / fixtures.length));
});

const corpus = '../shared/corpus';
const databases = (kind: string, path: string) => readdirSync(`${corpus}/${kind}`).map((name) => `${corpus}/${kind}/${name}/${path}`);

describe.runIf(existsSync(corpus))('damaged copies of the corpus', () => {
  test.each(existsSync(corpus) ? databases('dpkg', 'var/lib/dpkg/status') : [])('%s', (path) => checkDamages(dpkg, path, corpusRuns));
  test.each(existsSync(corpus) ? databases('apk', 'lib/apk/db/installed') : [])('%s', (path) => checkDamages(apk, path, corpusRuns));
});
