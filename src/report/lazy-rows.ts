import type { Row } from '../model/report.ts';

/** Makes what rows come from when somebody goes through them: where only the Inventory is printed nobody does. */
export function lazyRows(open: () => Iterable<Row>): Iterable<Row> {
  let rows: Iterable<Row> | null = null;
  return {
    [Symbol.iterator]: () => {
      rows ??= open();
      return rows[Symbol.iterator]();
    },
  };
}

/** Rows that are made one by one of something that can be gone through as often as they are. */
export function mapRows<Item>(items: Iterable<Item>, rowOf: (item: Item) => Row): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield rowOf(item);
    },
  };
}
