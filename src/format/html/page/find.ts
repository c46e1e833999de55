import type { Cell, Data } from './data.ts';

/** What the reader wants: all words somewhere in a row, and certain values in certain columns. */
export interface Wanted {
  readonly words: readonly string[];
  /** By column: a value, or for a list a name in it. */
  readonly choices: ReadonlyMap<number, string>;
}

/** Finds rows. What is searched on each key press is prepared once, in advance. */
export function createFinder(data: Data): (wanted: Wanted) => number[] {
  const { rows, names } = data;
  const text = searchText(rows);
  const lowerNames = names.map((name) => name.toLowerCase());
  return ({ words, choices }) => {
    const missing = new Uint8Array(rows.length);
    for (const word of words) {
      const hits = new Uint8Array(rows.length);
      hitsInText(word, text, hits);
      hitsInLists(
        Uint8Array.from(lowerNames, (name) => Number(name.includes(word))),
        rows,
        hits,
      );
      for (let row = 0; row < rows.length; row++) if (hits[row] === 0) missing[row] = 1;
    }
    for (const [column, value] of choices) hideOthers(column, value, data, missing);
    const found: number[] = [];
    for (let row = 0; row < rows.length; row++) if (missing[row] === 0) found.push(row);
    return found;
  };
}

/** The texts of all rows in one, which is far faster to search; each row reaches from its start to that of the next. */
interface SearchText {
  readonly whole: string;
  readonly starts: Uint32Array;
}

/** Line ends keep a word from matching across two cells. Names in lists are searched where they are stored once. */
function searchText(rows: Data['rows']): SearchText {
  const starts = new Uint32Array(rows.length + 1);
  const texts = rows.map((cells, row) => {
    let text = '';
    for (const cell of cells) if (typeof cell !== 'object') text += `${cell}\n`;
    const lower = text.toLowerCase();
    starts[row + 1] = (starts[row] as number) + lower.length;
    return lower;
  });
  return { whole: texts.join(''), starts };
}

function hitsInText(word: string, { whole, starts }: SearchText, hits: Uint8Array): void {
  let row = 0;
  for (let at = whole.indexOf(word); at >= 0; at = whole.indexOf(word, starts[row])) {
    while ((starts[row + 1] as number) <= at) row++;
    hits[row] = 1;
    row++;
  }
}

function hitsInLists(inNames: Uint8Array, rows: Data['rows'], hits: Uint8Array): void {
  if (!inNames.includes(1)) return;
  for (let row = 0; row < rows.length; row++) {
    if (hits[row] === 0 && (rows[row] as readonly Cell[]).some((cell) => typeof cell === 'object' && hasOne(cell, inNames))) hits[row] = 1;
  }
}

function hasOne(list: readonly number[], inNames: Uint8Array): boolean {
  for (const position of list) if (inNames[position] === 1) return true;
  return false;
}

function hideOthers(column: number, value: string, { rows, names }: Data, missing: Uint8Array): void {
  const position = names.indexOf(value);
  for (let row = 0; row < rows.length; row++) {
    const cell = rows[row]?.[column] as Cell;
    if (typeof cell === 'object' ? !cell.includes(position) : cell !== value) missing[row] = 1;
  }
}

/** How many values may be offered as choices. */
const mostChoices = 400;

/** The values of a column to choose from, sorted; none if there is nothing to choose. */
export function choicesOf(column: number, { rows, names }: Data): readonly string[] {
  const values = new Set<string>();
  const seen = new Uint8Array(names.length);
  for (const cells of rows) {
    const cell = cells[column] as Cell;
    if (typeof cell === 'number' || values.size > mostChoices) return [];
    if (typeof cell === 'string') values.add(cell);
    else for (const position of cell) seen[position] = 1;
  }
  for (const [position, name] of names.entries()) if (seen[position] === 1) values.add(name);
  const isFew = values.size > 1 && values.size <= mostChoices && values.size * 2 <= rows.length;
  return isFew ? [...values].filter((text) => text !== '').sort() : [];
}
