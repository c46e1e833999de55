import type { Counted } from './count-packages.ts';

/** The versions of one package and type, oldest first: the order of the Inventory. */
export type PackageGroup = readonly [Counted, ...Counted[]];

/** Groups adjacent versions, one package at a time. */
export function groupVersions(counts: Iterable<Counted>): Iterable<PackageGroup> {
  return { [Symbol.iterator]: () => groups(counts) };
}

function* groups(counts: Iterable<Counted>): Generator<PackageGroup> {
  let group: [Counted, ...Counted[]] | null = null;
  for (const counted of counts) {
    if (group !== null && isSame(group[0], counted)) group.push(counted);
    else {
      if (group !== null) yield group;
      group = [counted];
    }
  }
  if (group !== null) yield group;
}

const isSame = ({ package: a }: Counted, { package: b }: Counted) => a.name === b.name && a.type === b.type;
