import type { Cell, Data } from './data.ts';

export interface Order {
  readonly column: number;
  readonly direction: 'ascending' | 'descending';
}

/** Sorts rows. The sort keys are computed once per column; equal rows keep the order of the report. */
export function createSorter({ rows }: Data): (found: number[], order: Order | null) => number[] {
  const ranks = new Map<number, Float64Array>();
  return (found, order) => {
    if (order === null) return found;
    const known = ranks.get(order.column) ?? ranksOf(rows.map((cells) => cells[order.column] as Cell));
    ranks.set(order.column, known);
    const sign = order.direction === 'ascending' ? 1 : -1;
    return found.toSorted((a, b) => sign * ((known[a] as number) - (known[b] as number)) || a - b);
  };
}

/** A list counts as its length; what is not known comes before all numbers. */
function ranksOf(cells: readonly Cell[]): Float64Array {
  const keys = new Map<string, string>();
  for (const cell of cells) if (typeof cell === 'string') keys.set(cell, keys.get(cell) ?? naturalKey(cell));
  const distinct = [...keys].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  const rankOf = new Map(distinct.map(([text], rank) => [text, text === '' ? -1 : rank]));
  return Float64Array.from(cells, (cell) => {
    if (typeof cell === 'number') return cell;
    return typeof cell === 'string' ? (rankOf.get(cell) as number) : cell.length;
  });
}

/** Text in which 9 comes before 10. Each ecosystem orders versions differently: within one package, the report has it right. */
function naturalKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(20, '0'));
}
