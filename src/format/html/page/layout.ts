import type { Cell, Data } from './data.ts';
import { listOf } from './data.ts';

/** Rows that are looked at for the widths: some of the first, and some of all. */
const sampledRows = 500;

/** Characters that a column has at least, and as many as its share of the width grows with. */
const [narrowest, widest] = [12, 44];

/** Characters of a heading that are always shown. */
const headingShown = 20;

/** From so many columns on a card of a narrow screen names each of its values, and paper is laid crosswise. */
const manyColumns = 9;

/** From so many columns on paper has cards, too: in a narrower column there would be a few letters a line. */
const tooManyForPaper = 17;

/** Every row is a grid of its own: here its columns get the same widths in all of them. */
export function layColumns(table: HTMLElement, data: Data): void {
  const widths = data.columns.map((_, column) => widthOf(column, data));
  const least = widths.map((characters, column) => {
    const heading = Math.min(headingOf(column, data), headingShown);
    return data.columns[column]?.isNumber ? characters : Math.min(characters, Math.max(narrowest, heading));
  });
  const tracks = widths.map((characters, column) => `minmax(calc(${least[column]}ch + var(--sides)), ${characters}fr)`);
  table.classList.toggle('many', data.columns.length >= manyColumns);
  table.classList.toggle('cards', data.columns.length >= tooManyForPaper);
  table.style.setProperty('--columns', tracks.join(' '));
  const sum = least.reduce((total, width) => total + width, 0);
  table.style.setProperty('--least', `calc(${sum}ch + ${least.length} * var(--sides))`);
}

/** A heading needs room for the arrow of its order as well. */
const headingOf = (column: number, { columns }: Data) => (columns[column]?.title.length ?? 0) + 3;

/** In characters. */
function widthOf(column: number, data: Data): number {
  const step = Math.max(1, Math.floor(data.rows.length / sampledRows));
  let characters = headingOf(column, data);
  for (let row = 0; row < data.rows.length; row += step) {
    const cell = data.rows[row]?.[column] as Cell;
    const length = listOf(typeof cell === 'object' ? cell.slice(0, 4) : cell, data).join(', ').length;
    characters = Math.max(characters, Math.min(length + 2, widest));
  }
  return characters;
}
