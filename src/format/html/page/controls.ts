import { type Data, elementOf, make } from './data.ts';
import { choicesOf, type Wanted } from './find.ts';
import type { Order } from './sort.ts';

/** Most columns to choose from: below more, nobody would find the table. */
const mostSelects = 5;

/** Ids of the columns that come first if there are more: which team, where, and whether it was read. */
const firstSelects = ['team', 'teams', 'namespace', 'namespaces', 'status', 'reason'];

/** Puts the choices beside the search, and calls back on changes. */
export function createControls(data: Data, changed: (wanted: Wanted) => void): void {
  const [search, place] = [elementOf<HTMLInputElement>('search'), elementOf('choices')];
  const choices = new Map<number, string>();
  const tell = () =>
    changed({
      words: search.value
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== ''),
      choices,
    });
  for (const { column, title, values } of selectsOf(data)) {
    const select = make(
      'select',
      {},
      make('option', { value: '' }, 'all'),
      ...values.map((value) => make('option', { value: `=${value}` }, value)),
    );
    select.addEventListener('change', () => {
      if (select.value === '') choices.delete(column);
      else choices.set(column, select.value.slice(1));
      tell();
    });
    place.append(make('label', {}, `${title} `, select));
  }
  search.addEventListener('input', tell);
  elementOf('controls').addEventListener('submit', (event) => event.preventDefault());
  document.addEventListener('keydown', (event) => focusSearch(event, search));
}

interface Select {
  readonly column: number;
  readonly title: string;
  readonly values: readonly string[];
}

/** The columns to choose from, in their order. */
function selectsOf(data: Data): Select[] {
  const selects = data.columns.flatMap(({ id, title, oneOf }, column) => {
    // A matrix has a column for each team.
    const values = oneOf === undefined ? choicesOf(column, data) : [];
    return values.length === 0 ? [] : [{ column, title, values, isFirst: id !== null && firstSelects.includes(id) }];
  });
  const chosen = [...selects.filter(({ isFirst }) => isFirst), ...selects.filter(({ isFirst }) => !isFirst)].slice(0, mostSelects);
  return chosen.sort((a, b) => a.column - b.column);
}

/** `/` moves to the search, as in other programs. */
function focusSearch(event: KeyboardEvent, search: HTMLInputElement): void {
  const isTyping = (event.target as Element).matches?.('input, select, dialog *');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
}

/** Headings that sort: up, down, and back to the order of the report. Numbers start with the largest. */
export function createHeadings(data: Data, changed: (order: Order | null) => void): void {
  let order: Order | null = null;
  const headings = data.columns.map(({ title, isNumber }, column) => {
    const button = make('button', { type: 'button' }, title);
    const isText = !isNumber && typeof data.rows[0]?.[column] === 'string';
    const heading = make('th', { role: 'columnheader', scope: 'col', 'aria-sort': 'none' }, button);
    if (isNumber) heading.className = 'number';
    button.addEventListener('click', () => {
      order = nextOrder(order, column, isText);
      for (const [other, element] of headings.entries())
        element.setAttribute('aria-sort', other === order?.column ? order.direction : 'none');
      changed(order);
    });
    return heading;
  });
  elementOf('head').replaceChildren(...headings);
}

function nextOrder(order: Order | null, column: number, isText: boolean): Order | null {
  const directions = isText ? (['ascending', 'descending'] as const) : (['descending', 'ascending'] as const);
  if (order?.column !== column) return { column, direction: directions[0] };
  return order.direction === directions[0] ? { column, direction: directions[1] } : null;
}
