import { type Cell, type Data, elementOf, listOf, make } from './data.ts';
import { enableKeys } from './keys.ts';
import { layColumns } from './layout.ts';

/** Rows kept ready above and below the visible ones, for scrolling. */
const spareRows = 10;

/** With more columns than this, as in a matrix of many teams, spare rows cost too much. */
const manyColumns = 50;

/** Browsers make no element higher than this, in CSS pixels. What lies beyond can be searched for. */
const greatestHeight = 15_000_000;

/** How many names of a list a row shows. */
const shownNames = 4;

/** How many characters of a cell a row shows; a click shows all. */
const shownCharacters = 300;

export interface Table {
  /** Shows these rows, from the first on. */
  readonly show: (found: readonly number[]) => void;
  /** Lays all rows out for paper, or as many as paper has room for; returns how many. */
  readonly layOut: (most: number) => number;
  readonly putBack: () => void;
}

/** A table that holds only the visible rows: fifty thousand scroll as smoothly as fifty. */
export function createTable(data: Data, open: (row: number) => void): Table {
  const [table, body, scroller] = [elementOf('rows'), elementOf('body'), elementOf('scroller')];
  layColumns(table, data);
  let found: readonly number[] = [];
  const pool: HTMLTableRowElement[] = [];
  const rowHeight = () => Number.parseFloat(getComputedStyle(table).getPropertyValue('--row-height')) * rootSize();
  const draw = () => drawWindow({ data, body, scroller, pool, found, height: rowHeight() });
  const keys = enableKeys({ body, scroller, count: () => found.length, rowHeight, draw });
  body.addEventListener('click', ({ target }) => openRow(target as Element));
  body.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    openRow(event.target as Element);
  });
  const openRow = (target: Element) => {
    const position = target.closest('tr')?.dataset.position;
    if (position !== undefined) open(found[Number(position)] as number);
  };
  scroller.addEventListener('scroll', draw, { passive: true });
  window.addEventListener('resize', draw);
  return {
    show: (rows) => {
      found = rows;
      table.setAttribute('aria-rowcount', String(rows.length + 1));
      for (const row of pool) delete row.dataset.position;
      scroller.scrollTop = 0;
      keys.reset();
      draw();
    },
    layOut: (most) => {
      body.style.height = '';
      const printed = found.slice(0, most);
      body.replaceChildren(...printed.map((row, position) => fillRow(make('tr', { role: 'row' }), position, row, data, true)));
      return printed.length;
    },
    putBack: () => {
      body.replaceChildren();
      pool.length = 0;
      draw();
    },
  };
}

const rootSize = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

interface Window {
  readonly data: Data;
  readonly body: HTMLElement;
  readonly scroller: HTMLElement;
  /** Row elements: that of position p is at p modulo their number, so that a row that stays in sight keeps its element. */
  readonly pool: HTMLTableRowElement[];
  readonly found: readonly number[];
  readonly height: number;
}

function drawWindow({ data, body, scroller, pool, found, height }: Window): void {
  const total = Math.min(found.length, Math.floor(greatestHeight / height));
  body.style.height = `${total * height}px`;
  const spare = data.columns.length > manyColumns ? 1 : spareRows;
  const size = Math.ceil(Math.max(scroller.clientHeight, window.innerHeight * 0.8) / height) + 2 * spare;
  growPool(pool, size, body);
  const first = Math.max(0, Math.floor(scroller.scrollTop / height) - spare);
  for (let position = first; position < first + pool.length; position++) {
    const row = pool[position % pool.length] as HTMLTableRowElement;
    row.hidden = position >= total;
    row.style.transform = `translateY(${position * height}px)`;
    if (row.hidden || row.dataset.position === String(position)) continue;
    fillRow(row, position, found[position] as number, data, false);
  }
}

function growPool(pool: HTMLTableRowElement[], size: number, body: HTMLElement): void {
  if (pool.length >= size) return;
  while (pool.length < size) pool.push(body.appendChild(make('tr', { role: 'row', tabindex: '-1' })));
  for (const row of pool) delete row.dataset.position;
}

function fillRow(element: HTMLTableRowElement, position: number, row: number, data: Data, isWhole: boolean): HTMLTableRowElement {
  element.dataset.position = String(position);
  element.setAttribute('aria-rowindex', String(position + 2));
  for (const [column, cell] of (data.rows[row] as readonly Cell[]).entries()) {
    // Existing elements are reused: making them takes longer than filling them.
    const place = (element.children[column] as HTMLElement | undefined) ?? element.appendChild(cellFor(column, data));
    const text = shownText(cell, data, isWhole);
    if (place.textContent !== text) place.textContent = text;
  }
  return element;
}

function cellFor(column: number, { columns }: Data): HTMLElement {
  const cell = make('td', { role: 'gridcell', 'data-title': columns[column]?.title ?? '' });
  if (columns[column]?.isNumber) cell.className = 'number';
  return cell;
}

/** The whole cell, or what a row has room for. */
function shownText(cell: Cell, data: Data, isWhole: boolean): string {
  if (typeof cell === 'number') return String(cell);
  if (isWhole) return listOf(cell, data).join(', ');
  if (typeof cell === 'string') return shortened(cell);
  const text = shortened(listOf(cell.slice(0, shownNames), data).join(', '));
  return cell.length > shownNames ? `${text} +${cell.length - shownNames}` : text;
}

const shortened = (text: string) => (text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text);
