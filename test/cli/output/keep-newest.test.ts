import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileNameText, nameValuesOf, parseFileName } from '../../../src/cli/output/file-name.ts';
import { keepNewest } from '../../../src/cli/output/keep-newest.ts';
import { writeFileWhole } from '../../../src/cli/output/write-file.ts';
import { CollectError } from '../../../src/model/errors.ts';

const { signal } = new AbortController();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supercargo-keep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const valuesAt = (generated: string, cluster = 'prod') =>
  nameValuesOf({ clusters: [{ name: cluster, uid: null, notRunning: { waiting: 0, terminated: 0 } }], generated });

/** Makes files, the one of today among them, and tells which of them are removed and which are left. */
async function keep(number: number, name: string, others: readonly string[], generated = '2026-11-23T06:00:00Z') {
  const file = parseFileName(join(folder, name));
  const values = valuesAt(generated);
  for (const other of others) writeFileSync(join(folder, other), '');
  await writeFileWhole(fileNameText(file, values), 'csv', [''], signal);
  const removed = (await keepNewest(file, values, number)).map((path) => path.slice(folder.length + 1));
  expect(readdirSync(folder)).toHaveLength(others.length + 1 - removed.length);
  return { removed: removed.sort(), left: readdirSync(folder).sort() };
}

describe('of the files of one name', () => {
  test('the newest are kept, by the date in their names and not by when they were written', async () => {
    const others = ['prod-2026-11-20.csv', 'prod-2026-11-22.csv', 'prod-2026-11-19.csv', 'prod-2026-11-21.csv'];
    const { removed, left } = await keep(3, '{cluster}-{date}.csv', others);
    expect(removed).toEqual(['prod-2026-11-19.csv', 'prod-2026-11-20.csv']);
    expect(left).toEqual(['prod-2026-11-21.csv', 'prod-2026-11-22.csv', 'prod-2026-11-23.csv']);
  });

  test('of one day the latest are kept', async () => {
    const { left } = await keep(2, '{time}_{date}', ['230000Z_2026-11-22', '050000Z_2026-11-23', '235959Z_2026-11-21']);
    expect(left).toEqual(['050000Z_2026-11-23', '060000Z_2026-11-23']);
  });

  test('fewer than that stay', async () => {
    expect((await keep(9, '{date}', ['2026-11-20'])).removed).toEqual([]);
  });

  test('the one just written stays, also when it is older than all others', async () => {
    const { removed, left } = await keep(1, '{date}', ['2026-11-20', '2026-11-21', '2026-11-22'], '2020-01-01T00:00:00Z');
    expect(removed).toEqual(['2026-11-20', '2026-11-21']);
    expect(left).toEqual(['2020-01-01', '2026-11-22']);
  });

  test.each([
    'prod-eu-2026-11-01.csv',
    'stage-2026-11-01.csv',
    'prod-2026-11-01.csv.gz',
    'prod-2026-11-01.csv~',
    'prod-2026-02-30.csv',
    'prod-2026-13-01.csv',
    'prod-20261101.csv',
    'prod-2026-11-01xcsv',
    'Prod-2026-11-01.csv',
    'prod-2026-11-01.csv\n',
    '.prod-2026-11-01.csv',
  ])('%j is none', async (other) => {
    expect((await keep(1, '{cluster}-{date}.csv', [other])).removed).toEqual([]);
  });

  test('neither a folder nor a link is one', async () => {
    mkdirSync(join(folder, '2026-11-01'));
    writeFileSync(join(folder, 'elsewhere'), 'stays');
    symlinkSync('elsewhere', join(folder, '2026-11-02'));
    const file = parseFileName(join(folder, '{date}'));
    await writeFileWhole(fileNameText(file, valuesAt('2026-11-23T06:00:00Z')), 'csv', [''], signal);
    expect(await keepNewest(file, valuesAt('2026-11-23T06:00:00Z'), 1)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['2026-11-01', '2026-11-02', '2026-11-23', 'elsewhere']);
  });
});

test('what a killed run left is removed after a day, and not while it may be written', async () => {
  const [old, fresh, foreign, other] = [
    '.prod-2026-11-20.csv.0123456789ab.tmp',
    '.prod-2026-11-23.csv.0123456789ab.tmp',
    '.prod-2026-11-20.csv.swp.tmp',
    '.stage-2026-11-20.csv.0123456789ab.tmp',
  ] as const;
  for (const name of [old, fresh, foreign, other]) writeFileSync(join(folder, name), '');
  const yesterday = Date.now() / 1000 - 25 * 60 * 60;
  for (const name of [old, foreign, other]) utimesSync(join(folder, name), yesterday, yesterday);
  const file = parseFileName(join(folder, '{cluster}-{date}.csv'));
  expect(await keepNewest(file, valuesAt('2026-11-23T06:00:00Z'), 1)).toEqual([join(folder, old)]);
  expect(readdirSync(folder).sort()).toEqual([other, foreign, fresh].sort());
});

test('a temporary file is called what is looked for', async () => {
  const seen: string[] = [];
  function* watching(): Generator<string> {
    yield 'x'.repeat(3 * 1024 * 1024);
    seen.push(...readdirSync(folder));
  }
  await writeFileWhole(join(folder, 'prod-2026-11-20.csv'), 'csv', watching(), signal);
  expect(seen).toEqual([expect.stringMatching(/^\.prod-2026-11-20\.csv\.[0-9a-f]{12}\.tmp$/)]);
});

test('a folder that is not there is said', async () => {
  const file = parseFileName(join(folder, 'no', '{date}'));
  await expect(keepNewest(file, valuesAt('2026-11-23T06:00:00Z'), 1)).rejects.toThrow(CollectError);
});
