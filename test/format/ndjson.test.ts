import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ndjson } from '../../src/format/ndjson.ts';
import { views } from '../../src/report/views.ts';
import { installed } from '../installed.ts';
import { inventory, reportOf, textOf } from './reports.ts';
import { everyReport } from './views.ts';

const options = { terminal: false, color: false, headers: true };
const print = (report: Parameters<typeof ndjson.format>[0]) => textOf(ndjson.format(report, options));

it('has a line a record, which stands alone, and one of the coverage last', () => {
  const report = reportOf([
    ['bash', 1, ['a']],
    ['zlib', 2, []],
  ]);
  const [view, generated] = ['test', '2026-01-01T00:00:00Z'];
  const lines = print(report).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { view, generated, name: 'bash', count: 1, teams: ['a'] },
    { view, generated, name: 'zlib', count: 2, teams: [] },
    { view, generated, schemaVersion: '0.0.0', rows: 2, coverage: report.coverage },
  ]);
  expect(lines.every((line) => line.startsWith('{"view":"test","generated":'))).toBe(true);
});

it('says in its last line what was asked for', () => {
  const record = { question: { teams: ['a'] }, rowsLeftOut: 3 };
  expect(JSON.parse(print({ ...reportOf([]), record }))).toMatchObject({ ...record, rows: 0 });
});

it('tells of a report without rows that it has none', () => {
  expect(JSON.parse(print(reportOf([])))).toMatchObject({ view: 'test', rows: 0 });
});

it.each(Object.keys(views))('no record of the view %s has fields that each line has of its own', (id) => {
  for (const { rows } of everyReport(inventory).filter(({ view }) => view === id)) {
    for (const { record } of rows) expect(['view', 'generated', 'coverage'].filter((field) => field in record)).toEqual([]);
  }
});

it.skipIf(!installed('jq'))('is read by jq, line by line', () => {
  const name = '\u001b[31m"\\\r\n\t\u202e\u2028\u{1f600}é';
  const input = print(reportOf([[name, 3, []]]));
  const jq = (filter: string) => JSON.parse(execFileSync('jq', ['-c', filter], { input, encoding: 'utf8' }));
  expect(jq('select(.name) | .name')).toBe(name);
  expect(jq('select(.coverage) | .rows')).toBe(1);
});
