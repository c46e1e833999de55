import type { Column } from '../../model/report.ts';
import { visibleText } from '../visible-text.ts';
import type { CellLines } from './cell-lines.ts';
import { widthsOf } from './plain-table.ts';

/** A report column that a table shows, and the position of its cell in a row. */
export interface ShownColumn {
  readonly column: Column;
  readonly index: number;
}

/**
 * The columns that fit a terminal, because a table that wraps in every line is unreadable. Only columns that exist once per team are left
 * out, the last ones first, and a note says so. At least one is shown.
 */
export function fitColumns(shown: readonly ShownColumn[], rows: Iterable<readonly CellLines[]>, width: number) {
  const head = shown.map(({ column }) => visibleText(column.title));
  const widths = widthsOf(head, longestLines(rows)) ?? [];
  // Two spaces and a line come with each column.
  const taken = new Map(shown.map((column, place) => [column, (widths[place] ?? 0) + 3]));
  const many = shown.filter(({ column }) => column.oneOf !== undefined);
  const fitting = new Set(shown.filter((column) => !many.includes(column)));
  let left = [...fitting].reduce((rest, column) => rest - (taken.get(column) as number), width - 1);
  let fit = 0;
  for (const column of many) {
    left -= taken.get(column) as number;
    if (left < 0 && fit > 0) break;
    fitting.add(column);
    fit++;
  }
  return { fitting: shown.filter((column) => fitting.has(column)), note: noteOn(many.length - fit, many) };
}

function noteOn(leftOut: number, many: readonly ShownColumn[]): string | null {
  if (leftOut === 0) return null;
  return `${leftOut} of ${many.length} columns of ${many[0]?.column.oneOf} do not fit here: use -o csv or -o wide for all, or --team for some of them`;
}

function* longestLines(rows: Iterable<readonly CellLines[]>): Generator<CellLines[]> {
  for (const row of rows) yield row.map((lines) => [lines.reduce((longest, line) => (line.length > longest.length ? line : longest), '')]);
}
