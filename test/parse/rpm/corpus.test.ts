import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rpm } from '../../../src/parse/rpm/rpm.ts';
import { corpusFolder, readDatabase, readExpected, sortBytewise, toLine } from './databases.ts';

const there = existsSync(corpusFolder);
const names = there ? readdirSync(corpusFolder) : [];

/** The first columns of a line, as many as the other has. */
function firstColumns(line: string, count: number): string {
  return line.split('\t').slice(0, count).join('\t');
}

describe.runIf(there).each(names)('corpus %s', (name) => {
  const folder = `${corpusFolder}${name}`;
  const { packages, diagnostics } = rpm.parse(readDatabase(folder));
  const expected = readExpected(`${folder}/expected.tsv`);

  test('has the packages that rpm lists, all fields', () => {
    const columns = expected[0]?.split('\t').length ?? 0;
    expect(sortBytewise(packages.map((record) => firstColumns(toLine(record), columns)))).toEqual(sortBytewise(expected));
  });

  test('gives no diagnostics but for having no packages', () => {
    expect(diagnostics.map(({ code }) => code)).toEqual(expected.length === 0 ? ['parse/rpm-no-packages'] : []);
  });
});

test.skipIf(there)('NOTICE: the corpus of real databases is not at ../shared/corpus: they were not read', () => {});
