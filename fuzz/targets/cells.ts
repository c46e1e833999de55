import * as fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { csv } from '../../src/format/csv.ts';
import { html } from '../../src/format/html.ts';
import { markdown } from '../../src/format/markdown.ts';
import { table, wide } from '../../src/format/table.ts';
import { visibleText } from '../../src/format/visible-text.ts';
import { reportOf, textOf } from '../../test/format/reports.ts';
import { oddities } from '../mutate.ts';
import { holds, type Target } from '../target.ts';

const piece = fc.constantFrom(
  ...oddities,
  'a',
  '<b>',
  '</script>',
  '<!--',
  '&amp;',
  '[a](b)',
  'http://a.b',
  'www.a.b',
  '``',
  '\\|',
  '1. ',
  '日',
  '\u0301',
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const plain = { terminal: false, color: false, headers: true };
const elements = new Set(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code', 'ul', 'li']);

/** What renders Markdown here takes a second for two thousand rows, or for 100 KB. */
const maxRendered = 100;
const maxRenderedBytes = 4096;

/** Of each input five outputs are made and read again: of many short lines that takes seconds, and test/format/growth.test.ts sees how it grows. */
const maxPrintedBytes = 8 * 1024;

/** Texts, a line each, as the cells of a report: in every format they stay cells, and text. */
export const target: Target = {
  id: 'cells',
  seeds: () =>
    [oddities.filter((word) => word !== '\n').join('\n'), '=1+1\n@SUM(1)\n-1', '</script><script>\n"><img>', '|\n\\|\n`a`'].map((lines) =>
      Buffer.from(lines),
    ),
  shaped: fc.array(text, { minLength: 1, maxLength: 5 }).map((texts) => Buffer.from(texts.join('\n'))),
  words: [...oddities, '</script>', '<!--', '-->', '&lt;', '`', '\\|', '"', '""', "'", ','],
  run: (whole) => {
    const input = whole.subarray(0, maxPrintedBytes);
    const texts = input.toString().split('\n');
    const rows = texts.map((name) => [name, 1, texts.slice(0, 2)] as const);
    const report = reportOf(rows, texts.slice(0, 3));
    checkCsv(textOf(csv.format(report, plain)), texts);
    if (texts.length <= maxRendered && input.length <= maxRenderedBytes) checkMarkdown(textOf(markdown.format(report, plain)), texts);
    checkHtml(textOf(html.format(report, plain)), texts);
    for (const formatter of [table, wide]) {
      const lines = textOf(formatter.format(reportOf(rows), plain))
        .split('\n')
        .filter((line) => line.startsWith('|'));
      holds(lines.length === texts.length + 1, 'a table has more lines than rows, or fewer');
    }
  },
};

/** What a spreadsheet runs where a cell begins, and a cell may begin after a semicolon. */
const formula = /(?:^|;)[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/;

/** Without the `'` that may stand where a cell begins. */
const unquoted = (field: string) => field.replace(/(^|;)'/g, '$1');

/** Fields by RFC 4180: quoted ones have their quotes doubled. */
function fieldsOf(line: string): string[] {
  const fields = [...`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*)),/gy)];
  return fields.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}

function checkCsv(printed: string, texts: readonly string[]): void {
  const lines = printed.trimEnd().split('\n').slice(1);
  holds(lines.length === texts.length, 'csv: more lines than rows, or fewer');
  for (const [index, line] of lines.entries()) {
    const [name = '', ...others] = fieldsOf(line);
    holds(others.length === 3, 'csv: more fields than columns, or fewer');
    holds(!formula.test(name), `csv: a field that a spreadsheet runs: ${name}`);
    holds(unquoted(name) === unquoted(visibleText(texts[index] ?? '')), 'csv: another text is read back');
  }
}

function checkMarkdown(printed: string, texts: readonly string[]): void {
  const rendered = micromark(printed, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
  const foreign = [...rendered.matchAll(/<([a-z0-9]+)/gi)].map(([, name]) => name as string).find((name) => !elements.has(name));
  holds(foreign === undefined, `markdown: it makes an element: ${foreign}`);
  holds((rendered.match(/<tr>/g) ?? []).length === texts.length + 1, 'markdown: more rows than there are, or fewer');
  holds((rendered.match(/<t[hd][ >]/g) ?? []).length === 3 * (texts.length + 1), 'markdown: more cells than columns, or fewer');
}

function checkHtml(printed: string, texts: readonly string[]): void {
  const [, data = ''] = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(printed) ?? [];
  const { rows } = JSON.parse(data) as { readonly rows: readonly (readonly unknown[])[] };
  holds(rows.map(([name]) => name).join('\n') === texts.map(visibleText).join('\n'), 'html: another text is in the data');
  holds((printed.match(/<script[ >]/g) ?? []).length === 2 && !/<img|<b>/.test(printed), 'html: it makes an element');
}
