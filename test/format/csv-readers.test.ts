import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { csv } from '../../src/format/csv.ts';
import { visibleText } from '../../src/format/visible-text.ts';
import { installed } from '../installed.ts';
import { type Line, reportOf, textOf } from './reports.ts';

const print = (lines: readonly Line[]) => textOf(csv.format(reportOf(lines), { terminal: false, color: false, headers: true }));

const names = [
  ...['a,b', 'a"b', 'a\nb', 'a\r\nb', 'a\u2028b', ' a ', '', "'", '"', '""', 'a;b', 'é 日本 \u{1f600}', '\u001b[31m', 'x'.repeat(2 ** 17)],
  ...[
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(1)',
    '=HYPERLINK("http://x","y")',
    '\t=1+1',
    '\r=1+1',
    '\uff1d1+1',
    "=cmd|' /C calc'!A0",
    '=DDE("a","b")',
  ],
];
const lines = names.map((name, index): Line => [name, -index, [name, 'b']]);

/** A formula is quoted by `'`; nothing else is changed but what cannot be seen. */
const shown = (name: string) => visibleText(name).replace(/^[=+\-@\uff1d]/, "'$&");

it.skipIf(!installed('python3'))("is read by Python's csv, cell by cell", () => {
  const script = 'import csv, json, sys; csv.field_size_limit(2**30); json.dump(list(csv.reader(sys.stdin)), sys.stdout)';
  const rows = JSON.parse(
    execFileSync('python3', ['-X', 'utf8', '-c', script], { input: print(lines), encoding: 'utf8', maxBuffer: 2 ** 26 }),
  );
  expect(rows).toEqual([
    ['name', 'count', 'hidden', 'teams'],
    ...names.map((name, index) => [shown(name), String(-index), 'for tools', shown(`${name.toUpperCase()};B`)]),
  ]);
});

/** The formulas that LibreOffice finds when it opens a text, as a person would. */
function formulasIn(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-csv-'));
  writeFileSync(join(folder, 'report.csv'), text);
  const options = ['--headless', `-env:UserInstallation=file://${folder}/profile`, '--infilter=CSV:44,34,76,1', '--convert-to', 'fods'];
  execFileSync('soffice', [...options, '--outdir', folder, join(folder, 'report.csv')], { stdio: 'pipe' });
  const sheet = readFileSync(join(folder, 'report.fods'), 'utf8');
  rmSync(folder, { recursive: true });
  return sheet.match(/table:formula="[^"]*"|<text:a [^>]*/g) ?? [];
}

it.skipIf(!installed('soffice'))('is opened by LibreOffice, in which no formula runs', { timeout: 120_000 }, () => {
  const short = lines.filter(([name]) => name.length < 1000);
  expect(formulasIn(print(short))).toEqual([]);
  expect(formulasIn('name\n=1+1\n'), 'it would find one').toEqual(['table:formula="of:=1+1"']);
});
