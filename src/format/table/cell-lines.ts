import type { Cell } from '../../model/report.ts';
import { visibleText } from '../visible-text.ts';

/** What a cell of a table shows: a list has one name a line. */
export type CellLines = readonly string[];

/** Of a list at most so many names are shown; the rest is counted. */
export function linesOf(cell: Cell, names: number): CellLines {
  if (typeof cell === 'number') return [String(cell)];
  if (typeof cell === 'string') return [visibleText(cell)];
  const shown = cell.slice(0, names).map(visibleText);
  return cell.length > names ? [...shown, `+${cell.length - names}`] : shown;
}
