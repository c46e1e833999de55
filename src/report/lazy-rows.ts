import type { Row } from '../model/report.ts';

/** Makes the source of rows once they are iterated: if only the Inventory is printed, nobody does. */
export function lazyRows(open: () => Iterable<Row>): Iterable<Row> {
  let rows: Iterable<Row> | null = null;
  return {
    [Symbol.iterator]: () => {
      rows ??= open();
      return rows[Symbol.iterator]();
    },
  };
}

/** Rows made one by one from items, which can be iterated as often as the items. */
export function mapRows<Item>(items: Iterable<Item>, rowOf: (item: Item) => Row): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield rowOf(item);
    },
  };
}
