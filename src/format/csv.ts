import { stringify } from 'csv-stringify/sync';
import type { Cell, Report } from '../model/report.ts';
import type { FormatOptions, ReportFormatter } from './formatter.ts';
import { visibleText } from './visible-text.ts';

/** Rows that are made into text at a time. */
const rowsAtOnce = 100;

/** Comma-separated values as RFC 4180 has them, with a line feed at the end of a line. A cell that a spreadsheet would run is quoted by `'`. */
export const csv: ReportFormatter = {
  format: formatCsv,
};

function* formatCsv({ columns, rows }: Report, { headers }: FormatOptions): Generator<string> {
  const shown = columns.flatMap((column, index) => (column.audience === 'people' ? [] : [{ column, index }]));
  // In some views a team gives a column its name.
  if (headers) yield stringify([shown.map(({ column }) => fieldOf(column.id))], { escape_formulas: true });
  let lines: (string | number)[][] = [];
  for (const { cells } of rows) {
    lines.push(shown.map(({ index }) => fieldOf(cells[index] as Cell)));
    if (lines.length < rowsAtOnce) continue;
    yield stringify(lines, { escape_formulas: true });
    lines = [];
  }
  yield stringify(lines, { escape_formulas: true });
}

function fieldOf(cell: Cell): string | number {
  if (typeof cell === 'number') return cell;
  return visibleText(typeof cell === 'string' ? cell : cell.join(';')).replace(formulaAfterSemicolon, ";'$1");
}

/** Where a comma is a decimal point, a spreadsheet takes a semicolon for the end of a cell: what follows it begins one. */
const formulaAfterSemicolon = /;([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
