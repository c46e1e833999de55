import { sortedBy } from './order.ts';

/** Items that many containers share, each distinct one once. */
export interface Table<Item> {
  readonly add: (item: Item) => string;
  /** The items in order, and the position of each by what `add` returned. */
  readonly finish: () => { readonly items: Item[]; readonly positionOf: (key: string) => number };
}

export function createTable<Item>(): Table<Item> {
  const items = new Map<string, Item>();
  return {
    add: (item) => {
      const key = JSON.stringify(item);
      if (!items.has(key)) items.set(key, item);
      return key;
    },
    finish: () => {
      const sorted = sortedBy(items, ([key]) => key);
      const positions = new Map(sorted.map(([key], position) => [key, position]));
      return { items: sorted.map(([, item]) => item), positionOf: (key) => positions.get(key) as number };
    },
  };
}
