import { describe, expect, it } from 'vitest';
import { csv } from '../../src/format/csv.ts';
import { type Line, reportOf, textOf } from './reports.ts';

const print = (lines: readonly Line[], headers = true) => textOf(csv.format(reportOf(lines), { terminal: false, color: false, headers }));

describe('csv', () => {
  it('has a line of column ids, then a line a row, each ended by a line feed; columns for people are left out', () => {
    expect(print([['bash', 3, ['a', 'b']]])).toBe('name,count,hidden,teams\nbash,3,for tools,A;B\n');
  });

  it('has no headings with --no-headers', () => {
    expect(print([['bash', 3, []]], false)).toBe('bash,3,for tools,\n');
  });

  it('is the headings alone where there are no rows', () => {
    expect(print([])).toBe('name,count,hidden,teams\n');
    expect(print([], false)).toBe('');
  });

  it.each([
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a blank', 'a b', 'a b'],
    ['a line end, shown', 'a\nb', 'a\\u{a}b'],
    ['an escape, shown', '\u001b[31m', '\\u{1b}[31m'],
    ['a semicolon', 'a;b', 'a;b'],
    ['a formula', '=1+1', "'=1+1"],
    ['a formula with +', '+1', "'+1"],
    ['a formula with -', '-1', "'-1"],
    ['a formula with @', '@SUM(A1)', "'@SUM(A1)"],
    ['a formula with a comma', '=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a formula in full width', '\uff1d1', "'\uff1d1"],
    ['an equals sign further on', 'a=1', 'a=1'],
    // Where a comma is a decimal point, a spreadsheet ends a cell at a semicolon.
    ['a formula behind a semicolon', 'a;=1+1;@SUM(1);b', "a;'=1+1;'@SUM(1);b"],
    ['a formula behind a semicolon in full width', 'a;\uff1d1', "a;'\uff1d1"],
  ])('takes %s', (_, name, field) => {
    expect(print([[name, 1, []]], false)).toBe(`${field},1,for tools,\n`);
  });

  it('quotes a formula in a list by its beginning', () => {
    expect(print([['a', 1, ['=x', '=y']]], false)).toBe("a,1,for tools,'=X;'=Y\n");
  });

  it('keeps a negative number a number', () => {
    expect(print([['a', -1, []]], false)).toBe('a,-1,for tools,\n');
  });

  it('has every row of many, in their order', () => {
    const lines = print(Array.from({ length: 2500 }, (_, index): Line => [`p${index}`, index, []]))
      .trimEnd()
      .split('\n');
    expect(lines.length).toBe(2501);
    expect(lines.filter((line, index) => index > 0 && !line.startsWith(`p${index - 1},`))).toEqual([]);
  });
});
