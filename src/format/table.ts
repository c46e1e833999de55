import type { Cell, Report } from '../model/report.ts';
import type { FormatOptions, ReportFormatter } from './formatter.ts';
import { type CellLines, linesOf } from './table/cell-lines.ts';
import { fitColumns, type ShownColumn } from './table/fitting-columns.ts';
import { plainTable } from './table/plain-table.ts';
import { heightOf, linesOfRow, terminalTable } from './table/terminal-table.ts';
import { widestColumn } from './table/widest-column.ts';
import { visibleText } from './visible-text.ts';

/** How many names of a list a narrow table shows. */
const shownNames = 3;

/**
 * How much cli-table3 lays out within a second, as lines times columns: a thousand lines of the view packages. Its time grows with the
 * square, to minutes for a matrix of a thousand rows and a hundred teams. Beyond this our own code does it, in the same way.
 */
const mostCellsOfATerminal = 5000;

export const table: ReportFormatter = {
  format: (report, options) => formatTable(report, options, options.terminal ? shownNames : Number.POSITIVE_INFINITY),
};

export const wide: ReportFormatter = {
  format: (report, options) => formatTable(report, options, Number.POSITIVE_INFINITY),
};

function* formatTable(report: Report, options: FormatOptions, names: number): Generator<string> {
  const all = report.columns.flatMap((column, index) => (column.audience === 'tools' ? [] : [{ column, index }]));
  const { width } = options;
  // If all names are shown, all columns are, too.
  const isCut = options.terminal && width !== undefined && names === shownNames && all.some(({ column }) => column.oneOf !== undefined);
  const { fitting, note } = isCut ? fitColumns(all, rowsOf(report, all, names), width) : { fitting: all, note: null };
  // A team may be called anything, and is a heading in some views.
  const head = options.headers ? fitting.map(({ column }) => visibleText(column.title)) : [];
  const rows = rowsOf(report, fitting, names);
  const few = options.terminal ? fewOf(rows, mostCellsOfATerminal) : null;
  yield* few ? terminalTable(head, few, options.color) : plainTable(head, options.terminal ? stacked(rows) : rows, options.color);
  if (note !== null) yield `${note}\n`;
  for (const line of report.footer) yield `${visibleText(line)}\n`;
}

/** The cells of some columns; can be iterated again and again. */
function rowsOf(report: Report, shown: readonly ShownColumn[], names: number): Iterable<CellLines[]> {
  return {
    *[Symbol.iterator]() {
      for (const { cells } of report.rows) yield shown.map(({ index }) => linesOf(cells[index] as Cell, names));
    },
  };
}

/** The same with the names of a list below each other: each line is a row of its own. */
function stacked(rows: Iterable<readonly CellLines[]>): Iterable<CellLines[]> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows) for (const line of linesOfRow(row)) yield line.map((text) => [text]);
    },
  };
}

/** All rows, or null if they have more cells than this, or one is too wide: cli-table3 pads all others to it. */
function fewOf(rows: Iterable<readonly CellLines[]>, most: number): (readonly CellLines[])[] | null {
  const few: (readonly CellLines[])[] = [];
  let cells = 0;
  for (const row of rows) {
    cells += heightOf(row) * row.length;
    if (cells > most || row.flat().some(({ length }) => length > widestColumn)) return null;
    few.push(row);
  }
  return few;
}
