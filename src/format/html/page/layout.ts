import type { Cell, Data } from './data.ts';
import { listOf } from './data.ts';

/** Rows that are looked at for the widths: some of the first, and some of all. */
const sampledRows = 500;

/** Characters that a column has at least, and as many as its share of the width grows with. */
const [narrowest, widest] = [12, 44];

/** Every row is a grid of its own: here its columns get the same widths in all of them. */
export function layColumns(table: HTMLElement, data: Data): void {
  const widths = data.columns.map((_, column) => widthOf(column, data));
  const least = widths.map(({ characters, isNumber }) => (isNumber ? characters : Math.min(characters, narrowest)));
  const tracks = widths.map(({ characters }, column) => `minmax(${least[column]}ch, ${characters}fr)`);
  table.style.setProperty('--columns', tracks.join(' '));
  table.style.setProperty('--least', `${least.reduce((sum, width) => sum + width, 0)}ch`);
}

function widthOf(column: number, data: Data): { characters: number; isNumber: boolean } {
  const step = Math.max(1, Math.floor(data.rows.length / sampledRows));
  // A heading needs room for the arrow of its order as well.
  let characters = (data.columns[column]?.title.length ?? 0) + 4;
  let isNumber = data.rows.length > 0;
  for (let row = 0; row < data.rows.length; row += step) {
    const cell = data.rows[row]?.[column] as Cell;
    isNumber &&= typeof cell === 'number';
    const length = listOf(typeof cell === 'object' ? cell.slice(0, 4) : cell, data).join(', ').length;
    characters = Math.max(characters, Math.min(length + 2, widest));
  }
  return { characters, isNumber };
}
