import stringWidth from 'string-width';
import { bold } from './bold.ts';
import type { CellLines } from './cell-lines.ts';
import { widestColumn } from './widest-column.ts';

/**
 * The same frame as cli-table3's, with one line per row: `grep` keeps together what belongs together. It finds the widths in one pass and
 * writes in the next, so that a table of any size can go into a file.
 */
export function* plainTable(head: readonly string[], rows: Iterable<readonly CellLines[]>, color: boolean): Generator<string> {
  const widths = widthsOf(head, rows);
  if (widths === null) return;
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  yield rule;
  const headLine = lineOf(head, widths);
  if (head.length > 0) yield (color ? bold(headLine) : headLine) + rule;
  for (const row of rows) yield lineOf(row.map(inOneLine), widths);
  yield rule;
}

const inOneLine = (lines: CellLines) => (lines.length === 1 ? (lines[0] as string) : lines.join(', '));

/** The width of each column, or null if there are no rows. */
export function widthsOf(head: readonly string[], rows: Iterable<readonly CellLines[]>): number[] | null {
  let widths: number[] | null = null;
  for (const row of rows) {
    widths ??= row.map((_, index) => widthOf(head[index] ?? ''));
    row.forEach((lines, index) => {
      (widths as number[])[index] = Math.min(widestColumn, Math.max(widths?.[index] as number, widthOf(inOneLine(lines))));
    });
  }
  return widths;
}

/** How many characters of a text are measured: of these, an emoji takes two, and two columns. */
const longestMeasured = 2 * widestColumn;

const ascii = /^[\x20-\x7e]*$/;

/** How many terminal columns a text takes. Nearly all text is ASCII, where that is its length. */
function widthOf(text: string): number {
  // It is wider than the widest column, unless marks are heaped on its letters. Measuring takes more than twice as long for twice the
  // length.
  if (text.length > longestMeasured) return text.length;
  return ascii.test(text) ? text.length : stringWidth(text);
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] as number) - widthOf(cell))));
  return `| ${padded.join(' | ')} |\n`;
}
