import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PackageType } from '../../src/model/package.ts';
import { apk } from '../../src/parse/apk.ts';
import { dpkg } from '../../src/parse/dpkg.ts';
import { parseOsRelease } from '../../src/parse/os-release.ts';
import { type DatabaseFile, fileFromBytes, type Parser } from '../../src/parse/parser.ts';
import { parsers } from '../../src/parse/parsers.ts';
import { rpmManifest } from '../../src/parse/rpm/manifest.ts';
import { sampleDatabases } from './databases.ts';
import { damages } from './rpm/damages.ts';

/** How many damaged inputs in all, over the fixtures; and how many of each database of the corpus. */
const runs = Number(process.env.SUPERCARGO_FUZZ_RUNS ?? 3000);
const corpusRuns = Number(process.env.SUPERCARGO_FUZZ_CORPUS_RUNS ?? 10);

const readFile = (path: string) => fileFromBytes(path, readFileSync(path));

// rpm has a test of its own, of all its forms.
const tested: [string, Parser, readonly DatabaseFile[]][] = [
  ...Object.entries(parsers)
    .filter(([type]) => type !== 'rpm')
    .map(([type, parser]): [string, Parser, readonly DatabaseFile[]] => [type, parser, sampleDatabases[type as PackageType]]),
  ['rpm manifest', rpmManifest, [readFile('fixtures/rpm-manifest/container-manifest-2')]],
];
const runsEach = Math.ceil(runs / (tested.length + 1));

/** Damaged anyhow, a database gives no more than it has, says the same twice, and never throws. */
function checkDamages(parser: Parser, files: readonly DatabaseFile[], numRuns: number): void {
  const property = fc.property(damages(files), (damaged) => {
    const result = parser.parse(damaged);
    const size = damaged.reduce((sum, file) => sum + file.size, 0);
    expect(parser.parse(damaged)).toEqual(result);
    expect(result.packages.length).toBeLessThanOrEqual(size);
    expect(result.diagnostics.length).toBeLessThanOrEqual(12 * damaged.length);
  });
  fc.assert(property, { numRuns });
}

test.each(tested)('%s: damaged copies of a database', (_, parser, files) => {
  checkDamages(parser, files, runsEach);
});

test('os-release: damaged copies', () => {
  const original = fileFromBytes('/os-release', readFileSync('fixtures/demo/images/debian-12/usr/lib/os-release'));
  const property = fc.property(damages([original]), ([file]) => {
    const bytes = (file as DatabaseFile).read(0, (file as DatabaseFile).size);
    expect(parseOsRelease(bytes)).toEqual(parseOsRelease(bytes));
  });
  fc.assert(property, { numRuns: runsEach });
});

const corpus = '../shared/corpus';
const databases = (kind: string, path: string) => readdirSync(`${corpus}/${kind}`).map((name) => `${corpus}/${kind}/${name}/${path}`);

describe.runIf(existsSync(corpus))('damaged copies of the corpus', () => {
  test.each(existsSync(corpus) ? databases('dpkg', 'var/lib/dpkg/status') : [])('%s', (path) =>
    checkDamages(dpkg, [readFile(path)], corpusRuns),
  );
  test.each(existsSync(corpus) ? databases('apk', 'lib/apk/db/installed') : [])('%s', (path) =>
    checkDamages(apk, [readFile(path)], corpusRuns),
  );
});
