import { type Cell, type Data, elementOf, listOf, make } from './data.ts';

/** Shows one row whole: all names of its lists, all of its text. */
export function showDetail(row: number, data: Data): void {
  const dialog = elementOf<HTMLDialogElement>('detail');
  const cells = data.rows[row] as readonly Cell[];
  const parts = data.columns.flatMap(({ title }, column) => {
    const texts = listOf(cells[column] as Cell, data).filter((text) => text !== '');
    const values = texts.length === 0 ? [make('dd', { class: 'none' }, '–')] : texts.map((text) => make('dd', {}, text));
    return [make('dt', {}, texts.length > 1 ? `${title} (${texts.length})` : title), ...values];
  });
  elementOf('fields').replaceChildren(...parts);
  dialog.showModal();
  dialog.scrollTop = 0;
}
