import type { Pairs, Service } from '../model/directory.ts';
import { groupBy } from '../model/group-by.ts';

/** The Services of a namespace that select a pod with these labels, in their order. */
export type ServiceFinder = (services: readonly Service[], labels: Pairs) => readonly Service[];

interface Selecting {
  readonly service: Service;
  readonly place: number;
  readonly wanted: readonly (readonly [key: string, value: string])[];
}

/** Goes through the Services of a namespace only once: whoever may create pods may create as many Services. */
export function createServiceFinder(): ServiceFinder {
  const indexes = new Map<readonly Service[], ReadonlyMap<string, readonly Selecting[]>>();
  return (services, labels) => {
    const index = indexes.get(services) ?? indexServices(services);
    indexes.set(services, index);
    const selecting = Object.entries(labels)
      .flatMap((pair) => index.get(textOf(pair)) ?? [])
      .filter(({ wanted }) => wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value));
    return selecting.sort((a, b) => a.place - b.place).map(({ service }) => service);
  };
}

const textOf = (pair: readonly [key: string, value: string]) => JSON.stringify(pair);

/**
 * Indexes each Service by the pair of its selector that the fewest others have: all of a namespace may share one. The endpoints of a
 * Service without a selector are set by someone else, so it is in front of no pod that could be known here.
 */
function indexServices(services: readonly Service[]): ReadonlyMap<string, readonly Selecting[]> {
  const all = services.map((service, place): Selecting => ({ service, place, wanted: Object.entries(service.selector) }));
  const counts = new Map<string, number>();
  for (const { wanted } of all) for (const pair of wanted) counts.set(textOf(pair), (counts.get(textOf(pair)) ?? 0) + 1);
  const countOf = (pair: string) => counts.get(pair) as number;
  const rarest = (wanted: Selecting['wanted']) => wanted.map(textOf).reduce((rare, pair) => (countOf(pair) < countOf(rare) ? pair : rare));
  const some = all.filter(({ wanted }) => wanted.length > 0);
  return groupBy(some, ({ wanted }) => rarest(wanted));
}
