import { byCodeUnits } from '../text/code-units.ts';

/** The order of things by a key, which is made once for each of them. */
export function sortedBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Item[] {
  return Array.from(items, (item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => byCodeUnits(a.key, b.key))
    .map(({ item }) => item);
}
