import type { Cell } from '../../model/report.ts';
import { visibleText } from '../visible-text.ts';

/** What a table cell shows: a list has one name per line. */
export type CellLines = readonly string[];

/** Shows at most so many names of a list; the others are counted. */
export function linesOf(cell: Cell, names: number): CellLines {
  if (typeof cell === 'number') return [String(cell)];
  if (typeof cell === 'string') return [visibleText(cell)];
  const shown = cell.slice(0, names).map(visibleText);
  return cell.length > names ? [...shown, `+${cell.length - names}`] : shown;
}
