import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apk } from '../../src/parse/apk.ts';
import { dpkg } from '../../src/parse/dpkg.ts';
import { fileFromBytes, type Parser } from '../../src/parse/parser.ts';

const corpus = '../shared/corpus';
if (!existsSync(corpus)) console.warn(`There is no ${corpus}: the parsers were not tested on it.`);

function read(parser: Parser, file: string) {
  const result = parser.parse([fileFromBytes(file, readFileSync(file))]);
  expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return result.packages;
}

const bytewise = (lines: string[]) => lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
const expected = (folder: string) =>
  readFileSync(`${folder}/expected.tsv`, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

describe.runIf(existsSync(corpus))('the real databases of the corpus', () => {
  test.each(existsSync(corpus) ? readdirSync(`${corpus}/dpkg`) : [])('dpkg/%s', (name) => {
    const packages = read(dpkg, `${corpus}/dpkg/${name}/var/lib/dpkg/status`);
    const lines = packages.map((entry) =>
      [entry.name, entry.version, entry.architecture, entry.sourcePackage?.name, entry.sourcePackage?.version].join('\t'),
    );
    expect(bytewise(lines)).toEqual(expected(`${corpus}/dpkg/${name}`));
  });

  test.each(existsSync(corpus) ? readdirSync(`${corpus}/apk`) : [])('apk/%s', (name) => {
    const packages = read(apk, `${corpus}/apk/${name}/lib/apk/db/installed`);
    const lines = packages.map((entry) =>
      [entry.name, entry.version, entry.architecture, entry.sourcePackage?.name, entry.licenseDeclared].join('\t'),
    );
    expect(bytewise(lines)).toEqual(expected(`${corpus}/apk/${name}`));
  });
});
