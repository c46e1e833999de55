import { createHash } from 'node:crypto';
import type { Cell, Column, Report } from '../model/report.ts';
import type { ReportFormatter } from './formatter.ts';
import { text as script } from './html/page/main.ts?text';
import { text as style } from './html/page/page.css?text';
import { jsonText, visibleText } from './visible-text.ts';

/** One file that opens from a disk: its script, src/format/html/page, draws the rows from the JSON in the same file. */
export const html: ReportFormatter = {
  format: formatHtml,
};

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, sent or run except the two texts hashed here. */
const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;

function* formatHtml(report: Report): Generator<string> {
  yield head(report);
  yield '<script id="data" type="application/json">';
  yield* dataText(report);
  yield `</script>\n<script>${script}</script>\n</body>\n</html>\n`;
}

const titleOf = ({ view }: Report) => htmlText(view.charAt(0).toUpperCase() + view.slice(1));

function head(report: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleOf(report)} · supercargo</title>
<style>${style}</style>
</head>
<body>
${header(report)}
${main(report)}
${footer(report)}
<dialog id="detail" aria-label="All of the row"><dl id="fields"></dl><form method="dialog"><button>Close</button></form></dialog>
`;
}

function header(report: Report): string {
  const generated = htmlText(report.generated);
  return `<header>
<h1>${titleOf(report)}</h1>
<p class="when">collected <time datetime="${generated}">${generated.replace(/T(\d\d:\d\d)[^T]*Z$/, ' $1 UTC')}</time></p>
<p class="state${stateClass(report)}"><a href="#coverage">${htmlText(report.state)}</a></p>
</header>`;
}

function main({ view }: Report): string {
  return `<main>
<noscript><p>The rows are drawn by a script that is in this file, and scripts are turned off.</p></noscript>
<div id="working" hidden>
<section id="pictures" aria-label="Pictures"></section>
<form id="controls" role="search">
<label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<span id="choices"></span>
<output id="count"></output>
</form>
<p id="printed"></p>
<div id="scroller">
<table id="rows" role="grid" aria-label="${htmlText(view)}">
<thead role="rowgroup"><tr id="head" role="row" aria-rowindex="1"></tr></thead>
<tbody id="body" role="rowgroup"></tbody>
</table>
<p id="nothing" hidden>No row fits.</p>
</div>
</div>
</main>`;
}

function footer(report: Report): string {
  const lines = report.footer.map((line) => `<li>${htmlText(line)}</li>`);
  return `<footer id="coverage" class="${stateClass(report).trim()}">\n<h2>What was read</h2>\n<ul>\n${lines.join('\n')}\n</ul>\n</footer>`;
}

const stateClass = ({ coverage }: Report) => (coverage.complete ? '' : ' incomplete');

/** The columns, the rows, and the names that lists in the rows refer to: each name once, for teams occur in many rows. */
function* dataText({ columns, rows }: Report): Generator<string> {
  const shown = columns.flatMap((column, index) => (column.audience === 'tools' ? [] : [{ column, index }]));
  const names = new Map<string, number>();
  yield `{"columns":${scriptText(shown.map(({ column }) => columnOf(column)))},"rows":[`;
  let before = '\n';
  for (const { cells } of rows) {
    yield `${before}${scriptText(shown.map(({ index }) => dataOf(cells[index] as Cell, names)))}`;
    before = ',\n';
  }
  yield `],\n"names":${scriptText([...names.keys()])}}`;
}

/** A column that exists once per team has no id: a team may be named like another column. */
function columnOf({ id, title, order, oneOf, isUnread }: Column): object {
  return { id: oneOf === undefined ? id : null, title: visibleText(title), ...(order === 'number' && { isNumber: true }), oneOf, isUnread };
}

function dataOf(cell: Cell, names: Map<string, number>): string | number | number[] {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? visibleText(cell) : cell.map((name) => positionOf(visibleText(name), names));
}

function positionOf(name: string, names: Map<string, number>): number {
  const position = names.get(name) ?? names.size;
  if (position === names.size) names.set(name, position);
  return position;
}

/** JSON inside a script element: no `<` in it can end the element or begin a comment. */
const scriptText = (value: unknown) => jsonText(value).replaceAll('<', '\\u003c');

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text from outside, between tags or as an attribute value. */
const htmlText = (text: string) => visibleText(text).replace(/[&<>"']/g, (character) => references[character] as string);
