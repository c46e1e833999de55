import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/format/csv.ts';
import { table, wide } from '../../../src/format/table.ts';
import type { Column, Report } from '../../../src/model/report.ts';
import { reportOf, textOf } from '../reports.ts';

const teamColumn = (name: string): Column => ({ id: name, title: name, audience: 'all', oneOf: 'teams' });

/** A column of packages, and one of four characters for each team: with the frame 10 and then 7 each. */
function matrixOf(teams: readonly string[]): Report {
  const columns: Column[] = [{ id: 'package', title: 'Package', audience: 'all' }, ...teams.map(teamColumn)];
  return { ...reportOf([]), columns, rows: [{ cells: ['openssl', ...teams.map(() => ['3.0', '3.10'])], record: {} }] };
}

const report = matrixOf(['a', 'b', 'c']);
const onTerminal = (width: number) => ({ terminal: true, color: false, headers: true, width });
const linesOf = (width: number, format = table) => textOf(format.format(report, onTerminal(width))).split('\n');

describe('columns of which there are many', () => {
  it.each([
    [32, ['a', 'b', 'c'], null],
    [31, ['a', 'b'], '1 of 3 columns of teams do not fit here: use -o csv or -o wide for all, or --team for some of them'],
    [25, ['a', 'b'], '1 of 3 columns of teams do not fit here: use -o csv or -o wide for all, or --team for some of them'],
    [24, ['a'], '2 of 3 columns of teams do not fit here: use -o csv or -o wide for all, or --team for some of them'],
    [1, ['a'], '2 of 3 columns of teams do not fit here: use -o csv or -o wide for all, or --team for some of them'],
  ])('are shown as far as they fit into %i columns', (width, shown, note) => {
    const [, head = '', ...rest] = linesOf(width);
    expect(head.split('|').map((title) => title.trim())).toEqual(['', 'Package', ...shown, '']);
    expect(rest.find((line) => line.includes('do not fit')) ?? null).toBe(note);
  });

  it('are all shown by -o wide, in a pipe, and where the width is not known', () => {
    expect(linesOf(1, wide)[1]).toContain('| c ');
    expect(textOf(table.format(report, { ...onTerminal(1), terminal: false }))).toContain('| c ');
    expect(textOf(table.format(report, { terminal: true, color: false, headers: true }))).toContain('| c ');
  });
});

it('a team that is called like an escape sequence or a formula does no harm as a title', () => {
  const hostile = matrixOf(['\u001b[31m', '=1+1']);
  const options = { terminal: false, color: false, headers: true };
  expect(textOf(table.format(hostile, options))).toContain('| \\u{1b}[31m ');
  expect(textOf(csv.format(hostile, options)).split('\n')[0]).toBe("package,\\u{1b}[31m,'=1+1");
});
