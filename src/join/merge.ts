import type { Container, Image } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import type { System } from '../model/system.ts';
import { withDigest } from './digest.ts';
import { sortedBy } from './order.ts';
import { createPackageTable, type Ticket } from './package-table.ts';
import { createTable } from './table.ts';

/** A container, with the inventory that its positions are of. */
interface Entry {
  readonly container: Container;
  readonly of: Inventory;
}

/**
 * Makes one inventory of several: of many clusters, of many engines, of several days. A container counts once, by its id:
 * what was read of it goes before what was not, and the newer before the older; whose it is comes from the one that knows it.
 */
export function mergeInventories(inventories: readonly Inventory[]): Inventory {
  const [only, ...others] = inventories;
  if (only !== undefined && others.length === 0) return only;
  const newestFirst = inventories.toSorted((a, b) => Date.parse(b.generated) - Date.parse(a.generated));
  const newest = newestFirst[0] as Inventory;
  const tables = { packages: createPackageTable(), images: createTable<Image>(), systems: createTable<System>() };
  const drafts = mergeEntries(newestFirst).map((entry) => draftOf(entry, tables));
  const [images, systems, packages] = [tables.images.finish(), tables.systems.finish(), tables.packages.finish()];
  const containers = sortedBy(drafts, ({ container }) => container.id).map(({ container, image, system, ticket }) => ({
    ...container,
    image: image === null ? null : images.positionOf(image),
    os: system === null ? null : systems.positionOf(system),
    scan: { ...container.scan, packageSet: ticket === null ? null : packages.setOf(ticket) },
  }));
  return withDigest({
    schemaVersion: newest.schemaVersion,
    generated: newest.generated,
    contentDigest: '',
    generator: newest.generator,
    // Two machines may call their engines by the same socket; a context is a cluster's name for one person.
    sources: distinct(
      newestFirst,
      ({ sources }) => sources,
      (source) => (source.kind === 'kubernetes' ? `kubernetes\0${source.name}` : JSON.stringify(source)),
    ),
    clusters: distinct(
      newestFirst,
      ({ clusters }) => clusters,
      ({ uid, name }) => uid ?? name,
    ),
    containers,
    images: images.items,
    systems: systems.items,
    packages: [...packages.packages],
    packageSets: Object.fromEntries(sortedBy(Object.entries(packages.packageSets), ([key]) => key)),
    diagnostics: distinct(
      newestFirst,
      ({ diagnostics }) => diagnostics,
      ({ container, path, code, message }) => [container, path, code, message].join('\0'),
    ),
  });
}

/** Of all that the inventories have in a list each distinct one, by the newest that has it. */
function distinct<Item>(
  newestFirst: readonly Inventory[],
  listOf: (inventory: Inventory) => readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const found = new Map<string, Item>();
  for (const item of newestFirst.flatMap(listOf)) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
  return sortedBy(found.values(), keyOf);
}

function mergeEntries(newestFirst: readonly Inventory[]): Entry[] {
  const merged = new Map<string, Entry>();
  for (const of of newestFirst) {
    for (const container of of.containers) {
      const newer = merged.get(container.id);
      merged.set(container.id, newer === undefined ? { container, of } : mergeTwo(newer, { container, of }));
    }
  }
  return [...merged.values()];
}

function mergeTwo(newer: Entry, older: Entry): Entry {
  if (newer.container.scan.reason === 'gone') return newer;
  const read = newer.container.scan.status === 'unread' && older.container.scan.status !== 'unread' ? older : newer;
  const placed = newer.container.cluster === null && older.container.cluster !== null ? older : newer;
  if (read === placed) return read;
  const { node, cluster, pod, team, name } = placed.container;
  return { of: read.of, container: { ...read.container, node, cluster, pod, team, name } };
}

interface Tables {
  readonly packages: ReturnType<typeof createPackageTable>;
  readonly images: ReturnType<typeof createTable<Image>>;
  readonly systems: ReturnType<typeof createTable<System>>;
}

function draftOf({ container, of }: Entry, { packages, images, systems }: Tables) {
  const image = container.image === null ? null : (of.images[container.image] ?? null);
  const system = container.os === null ? null : (of.systems[container.os] ?? null);
  const set = container.scan.packageSet === null ? null : (of.packageSets[container.scan.packageSet] ?? null);
  const ticket: Ticket | null = set && packages.addSet(set, of.packages);
  return { container, image: image && images.add(image), system: system && systems.add(system), ticket };
}
