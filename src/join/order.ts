import { byCodeUnits } from '../text/code-units.ts';

/** Sorts items by a key, which is computed once per item. */
export function sortedBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Item[] {
  return Array.from(items, (item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => byCodeUnits(a.key, b.key))
    .map(({ item }) => item);
}
