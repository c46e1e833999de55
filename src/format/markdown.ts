import type { Cell, Report } from '../model/report.ts';
import type { FormatOptions, ReportFormatter } from './formatter.ts';
import { visibleText } from './visible-text.ts';

/** A GitHub table (https://github.github.com/gfm/#tables-extension-), with the footer as a list below it. */
export const markdown: ReportFormatter = {
  format: formatMarkdown,
};

function* formatMarkdown({ columns, rows, footer }: Report, { headers }: FormatOptions): Generator<string> {
  const shown = columns.flatMap((column, index) => (column.audience === 'tools' ? [] : [{ column, index }]));
  let isFirst = true;
  for (const { cells } of rows) {
    const row = shown.map(({ index }) => cells[index] as Cell);
    if (isFirst) {
      yield lineOf(shown.map(({ column }) => (headers ? cellText(column.title) : '')));
      yield lineOf(shown.map(({ column }) => (column.order === 'number' ? '---:' : '---')));
    }
    isFirst = false;
    yield lineOf(row.map(cellText));
  }
  yield isFirst ? '' : '\n';
  for (const line of footer) yield `- ${markdownText(line)}\n`;
}

const lineOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;

function cellText(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  return typeof cell === 'string' ? markdownText(cell, pipesInTable) : cell.map((text) => markdownText(text, pipesInTable)).join(', ');
}

/** In a table `\|` is a pipe, even in code. A backslash before a pipe cannot be written there. */
const pipesInTable = (text: string) => text.replaceAll('\\|', '\\\\u{7c}').replaceAll('|', '\\|');

const asItIs = (text: string) => text;

/** Letters, digits, and signs without a meaning in Markdown or for what looks for links, mentions and emoji in it. */
const plain = /^[\p{L}\p{M}\p{N} .,;()%/+=·'-]*(?::[\p{L}\p{M}\p{N} .,;()%/+=·'-]*)?$/u;

/** With millions of letters, the regular expression runs out of space to backtrack: RangeError. No name is as long. */
const longestPlain = 10_000;

/** What would be a link, or, at the start of a line, a list, a rule or a heading. */
const meaning = /www\.|:\/\/|^(?:[-+=]|\d+[.)](?:\s|$))|^\s|\s$/i;

/**
 * Text from outside. What is not plain goes into a code span: only there are HTML, links and emphasis not interpreted, neither by the
 * parser nor by GitHub's later handling of `@name` and `#1`.
 */
function markdownText(text: string, pipes: (code: string) => string = asItIs): string {
  const visible = visibleText(text);
  const isPlain = visible.length <= longestPlain && plain.test(visible) && !meaning.test(visible);
  return isPlain ? visible : codeSpan(pipes(visible));
}

function codeSpan(code: string): string {
  const fence = '`'.repeat(longestRun(code) + 1);
  // One space at both ends is removed again, unless there is nothing else.
  const isBlankAtBothEnds = code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code);
  const edge = code.startsWith('`') || code.endsWith('`') || isBlankAtBothEnds ? ' ' : '';
  return `${fence}${edge}${code}${edge}${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
