import * as fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { markdown } from '../../src/format/markdown.ts';
import { visibleText } from '../../src/format/visible-text.ts';
import type { Row } from '../../src/model/report.ts';
import { type Line, reportOf, textOf } from './reports.ts';

const print = (lines: readonly Line[], footer: readonly string[] = [], headers = true) =>
  textOf(markdown.format(reportOf(lines, footer), { terminal: false, color: false, headers }));

/** As GitHub renders it; HTML in it would get through. */
const render = (text: string) => micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

const textIn = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

const rowsIn = (html: string) =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...(row as string).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell as string),
  );

const elementsIn = (html: string) => new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name));
const own = new Set(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code', 'ul', 'li']);

describe('markdown', () => {
  it.each([
    [10_000, '| x'],
    [10_001, '| `x'],
  ])('has a text of %i letters as it is, or in a code span where it is longer than any name', (length, start) => {
    const [, , row] = print([['x'.repeat(length), 1, []]]).split('\n');
    expect(row?.slice(0, start.length)).toBe(start);
  });

  it('is a table of the columns for people, numbers to the right, and the footer as a list', () => {
    const lines: Line[] = [
      ['bash', 3, ['shamu', 'keiko']],
      ['lib_c', 12, []],
    ];
    expect(print(lines, ['2 containers run']).split('\n')).toEqual([
      '| Name | Count | Teams |',
      '| --- | ---: | --- |',
      '| bash | 3 | shamu, keiko |',
      '| `lib_c` | 12 |  |',
      '',
      '- 2 containers run',
      '',
    ]);
  });

  it('sets a column of numbers to the right, also where the first of them is not known', () => {
    const report = reportOf([['bash', 3, []]]);
    const [known] = [...report.rows] as [Row];
    const unknown = { ...known, cells: known.cells.map((cell) => (cell === 3 ? '' : cell)) };
    const text = textOf(markdown.format({ ...report, rows: [unknown, known] }, { terminal: false, color: false, headers: true }));
    expect(text.split('\n').slice(1, 4)).toEqual(['| --- | ---: | --- |', '| bash |  |  |', '| bash | 3 |  |']);
  });

  it('has empty headings with --no-headers: without any it would be no table', () => {
    expect(rowsIn(render(print([['bash', 3, []]], [], false)))).toEqual([
      ['', '', ''],
      ['bash', '3', ''],
    ]);
  });

  it('is the footer alone where there are no rows', () => {
    expect(print([], ['0 containers run'])).toBe('- 0 containers run\n');
  });

  it.each([
    ['a version', '1:5.2.15-2+b13', '1:5.2.15-2+b13'],
    ['letters of all scripts', 'Größe 日本', 'Größe 日本'],
    ['a pipe', 'a|b', '`a|b`'],
    ['backticks', 'a`b``c', '```a`b``c```'],
    ['a backtick at an end', '`a', '`` `a ``'],
    ['HTML', '<img src=x onerror=alert(1)>', '`<img src=x onerror=alert(1)>`'],
    ['a character reference', '&lt;', '`&lt;`'],
    ['a line end, shown', 'a\nb', '`a\\u{a}b`'],
    ['a link', '[a](http://x)', '`[a](http://x)`'],
    ['an address', 'https://example.com', '`https://example.com`'],
    ['an address without a scheme', 'www.example.com', '`www.example.com`'],
    ['a mention', '@team', '`@team`'],
    ['an issue', '#1', '`#1`'],
    ['emphasis', '*a*', '`*a*`'],
    ['two tildes', '1~2~3', '`1~2~3`'],
    ['an emoji', ':tada:', '`:tada:`'],
    ['a list', '1. a', '`1. a`'],
    ['a rule', '---', '`---`'],
  ])('takes %s', (_, text, written) => {
    expect(print([], [text])).toBe(`- ${written}\n`);
  });
});

it.each([
  ['a pipe', 'a|b', '`a\\|b`'],
  ['a backslash before a pipe, which cannot be written', 'a\\|b', '`a\\\\u{7c}b`'],
])('in a table it takes %s', (_, text, written) => {
  expect(print([[text, 1, []]])).toContain(`\n| ${written} | 1 |  |\n`);
});

describe('whatever the cells hold', () => {
  const piece = fc.constantFrom(
    ...['|', '\\', '`', '``', '<b>', '<!--', '&amp;', '[a](b)', '![', 'http://a.b', 'www.a.b', 'a@b.c', '@a', '#1', '~~', '*', '_', '$'],
    ...['\n', '\r', '\t', ' ', '\u202e', '\u001b[31m', '-', '+ ', '1. ', '[^1]', '[ ] ', ':', '>', '---', 'a', '日'],
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );

  /** A backslash directly before a pipe is where the pipe is shown by its number. */
  const shown = (given: string) => visibleText(given).replace(/\\\|/g, '\\\\u{7c}');

  it('there are as many cells as columns, their text is whole, and nothing in them is more than text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.nat(), fc.array(text, { maxLength: 2 })), { minLength: 1, maxLength: 4 }), (lines) => {
        const html = render(print(lines));
        const rows = rowsIn(html).slice(1);
        const trimmed = (texts: readonly (readonly string[])[]) => texts.map((row) => row.map((cell) => cell.trim()));
        expect(trimmed(rows.map((row) => row.map(textIn)))).toEqual(
          trimmed(lines.map(([name, count, teams]) => [shown(name), String(count), teams.map(shown).join(', ')])),
        );
        expect([...elementsIn(html)].filter((name) => !own.has(name as string))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('the footer is a list of lines that are nothing but text', () => {
    fc.assert(
      fc.property(text, (line) => {
        const html = render(print([], [line]));
        expect(textIn(html).trim()).toBe(visibleText(line).trim());
        expect([...elementsIn(html)].filter((name) => !['ul', 'li', 'code'].includes(name as string))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
