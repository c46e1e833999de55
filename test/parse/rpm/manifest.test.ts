import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileFromBytes } from '../../../src/parse/parser.ts';
import { rpmManifest } from '../../../src/parse/rpm/manifest.ts';
import { rpm } from '../../../src/parse/rpm/rpm.ts';
import { fileOf } from '../parsing.ts';
import { fixturesFolder, readDatabase } from './databases.ts';

const path = '/var/lib/rpmmanifest/container-manifest-2';

test('has the packages of the database that it was written from, without their licences', () => {
  const { packages, diagnostics } = rpmManifest.parse([fileFromBytes(path, readFileSync('fixtures/rpm-manifest/container-manifest-2'))]);
  const expected = rpm.parse(readDatabase(`${fixturesFolder}sqlite`)).packages;
  expect(packages).toEqual(expected.map((record) => ({ ...record, licenseDeclared: null })));
  expect(diagnostics).toEqual([]);
});

const lineOf = (texts: readonly string[]) => texts.join('\t');
const lineWithEpochs = (epoch: string, number: string) =>
  lineOf(['a', '1-2', '5', '6', 'Microsoft Corporation', epoch, '7', 'x86_64', number, 'a-1-2.src.rpm']);

test.each([
  ['(none)', '0', '1-2'],
  ['(none)', '1', '1:1-2'],
  ['1', '1', '1:1-2'],
  ['0', '0', '0:1-2'],
  ['(none)', '(none)', '1-2'],
])('an epoch of %s, and %s as its number, is version %s', (epoch, number, version) => {
  expect(rpmManifest.parse([fileOf(path, lineWithEpochs(epoch, number))]).packages).toMatchObject([{ version }]);
});

test('what rpm says it does not know is null', () => {
  const line = lineOf(['a', '1-2', '5', '6', '(none)', '(none)', '7', '(none)', '0', '(none)']);
  expect(rpmManifest.parse([fileOf(path, line)]).packages).toEqual([
    { name: 'a', version: '1-2', architecture: null, sourcePackage: null, licenseDeclared: null },
  ]);
});

test.each([
  ['a column less', lineOf(['a', '1-2', '5', '6', 'v', '0', '7', 'x86_64', '0'])],
  ['a column more', `${lineWithEpochs('0', '0')}\tx`],
  ['no name', lineWithEpochs('0', '0').slice(1)],
  ['a version that is none', lineOf(['a', '1-2-3', '5', '6', 'v', '0', '7', 'x86_64', '0', 's'])],
  ['something else', 'garbage'],
])('a line with %s is left out, and that is said', (_, line) => {
  const { packages, diagnostics } = rpmManifest.parse([fileOf(path, lineWithEpochs('0', '0'), line, '', lineWithEpochs('1', '1'))]);
  expect(packages).toHaveLength(2);
  expect(diagnostics).toEqual([{ severity: 'error', code: 'parse/rpm-manifest-line', message: 'A line is none of a package.', path }]);
});
