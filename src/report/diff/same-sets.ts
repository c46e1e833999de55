import type { Inventory } from '../../model/inventory.ts';
import type { Package } from '../../model/package.ts';

/**
 * Whether package sets with one key have the same packages in both inventories. The key is made from the contents, but an inventory may
 * have been edited since. Each set is compared once, and so is each package: there are far fewer of them than entries in sets.
 */
export function sameSets(older: Inventory, newer: Inventory): (key: string) => boolean {
  const known = new Map<string, boolean>();
  /** By the position of a package in the older inventory, the position of its equal in the newer one. */
  const twins = new Int32Array(older.packages.length).fill(-1);
  const isTwin = (position: number, other: number) => {
    if (twins[position] === other) return true;
    if (!isSamePackage(older.packages[position] as Package, newer.packages[other] as Package)) return false;
    twins[position] = other;
    return true;
  };
  const compare = (key: string) => {
    const [before, after] = [older.packageSets[key] ?? [], newer.packageSets[key] ?? []];
    return before.length === after.length && before.every((position, index) => isTwin(position, after[index] as number));
  };
  return (key) => {
    const result = known.get(key) ?? compare(key);
    known.set(key, result);
    return result;
  };
}

/** In what a diff compares. */
const isSamePackage = (a: Package, b: Package) =>
  a.name === b.name && a.version === b.version && a.type === b.type && a.architecture === b.architecture;
