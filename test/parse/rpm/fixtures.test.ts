import { describe, expect, test } from 'vitest';
import { rpm } from '../../../src/parse/rpm/rpm.ts';
import { fixtureNames, fixturesFolder, readDatabase, readExpected, sortBytewise, toLine } from './databases.ts';

describe.each(fixtureNames)('fixture %s', (name) => {
  const folder = `${fixturesFolder}${name}`;
  const files = readDatabase(folder);

  test('has the packages that rpm lists', () => {
    const { packages } = rpm.parse(files);
    expect(sortBytewise(packages.map(toLine))).toEqual(sortBytewise(readExpected(`${folder}/expected.tsv`)));
  });

  test('gives no diagnostics but for having no packages', () => {
    const codes = rpm.parse(files).diagnostics.map(({ severity, code }) => `${severity} ${code}`);
    expect(codes).toEqual(name.endsWith('-empty') ? ['warning parse/rpm-no-packages'] : []);
  });
});

test('without its log, a SQLite database has the packages of before', () => {
  const folder = `${fixturesFolder}sqlite-wal`;
  const { packages, diagnostics } = rpm.parse(readDatabase(folder).slice(0, 1));
  expect(sortBytewise(packages.map(toLine))).toEqual(sortBytewise(readExpected(`${folder}/expected-without-wal.tsv`)));
  expect(diagnostics).toEqual([]);
});
