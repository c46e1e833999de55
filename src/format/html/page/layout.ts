import type { Cell, Data } from './data.ts';
import { listOf } from './data.ts';

/** About how many rows are measured for the widths, spread over all. */
const sampledRows = 500;

/** The fewest characters of a column, and the most by which its share of the width grows. */
const [narrowest, widest] = [12, 44];

/** How many characters of a heading are always shown. */
const headingShown = 20;

/** From this many columns on, cards on a narrow screen name each value, and paper is in landscape. */
const manyColumns = 9;

/** From this many columns on, paper has cards, too: narrower columns would have a few letters a line. */
const tooManyForPaper = 17;

/** Every row is a grid of its own: this gives its columns the same widths in all rows. */
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

/** A heading also needs room for its sort arrow. */
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
