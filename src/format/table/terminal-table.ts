import Table from 'cli-table3';
import { bold } from './bold.ts';
import type { CellLines } from './cell-lines.ts';

/** The frame from the talk, in characters that every terminal and every mail has. */
const frame = {
  ...{ top: '-', 'top-mid': '+', 'top-left': '+', 'top-right': '+' },
  ...{ bottom: '-', 'bottom-mid': '+', 'bottom-left': '+', 'bottom-right': '+' },
  ...{ mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  ...{ left: '|', right: '|', middle: '|' },
};

/** How many lines a row takes with the names of a list below each other. */
export const heightOf = (row: readonly CellLines[]) => row.reduce((most, { length }) => Math.max(most, length), 1);

/** A table for a terminal: the names of a list stand below each other. */
export function* terminalTable(head: readonly string[], rows: readonly (readonly CellLines[])[], color: boolean): Generator<string> {
  if (rows.length === 0) return;
  const lines = setTable(head, rows).split('\n');
  // cli-table3 draws lines between all rows or none: the one below the head is the top line again.
  if (head.length > 0) lines.splice(2, 0, lines[0] as string);
  if (head.length > 0 && color) lines[1] = bold(lines[1] as string);
  for (const line of lines) yield `${line}\n`;
}

function setTable(head: readonly string[], rows: readonly (readonly CellLines[])[]): string {
  const table = new Table({ chars: frame, style: { head: [], border: [] } });
  if (head.length > 0) table.push([...head]);
  for (const row of rows) table.push(...linesOfRow(row));
  return table.toString();
}

/** The lines of a row, as rows of their own: nothing is drawn between them, and for one cell cli-table3 takes the square of its lines. */
export function linesOfRow(row: readonly CellLines[]): string[][] {
  return Array.from({ length: heightOf(row) }, (_, line) => row.map((lines) => lines[line] ?? ''));
}
