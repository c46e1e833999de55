import { stringify } from 'csv-stringify/sync';
import type { Cell, Report } from '../model/report.ts';
import type { FormatOptions, ReportFormatter } from './formatter.ts';
import { visibleText } from './visible-text.ts';

/** Rows made into text at a time. */
const rowsAtOnce = 100;

/** Comma-separated values as in RFC 4180, with line feeds as line ends. A `'` is put before cells that a spreadsheet would run. */
export const csv: ReportFormatter = {
  format: formatCsv,
};

function* formatCsv({ columns, rows }: Report, { headers }: FormatOptions): Generator<string> {
  const shown = columns.flatMap((column, index) => (column.audience === 'people' ? [] : [{ column, index }]));
  // In some views, team names are column names.
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

/** Where the comma is the decimal separator, spreadsheets end a cell at a semicolon: what follows begins another one. */
const formulaAfterSemicolon = /;([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
