import { clusterId } from '../model/cluster-id.ts';
import type { Container } from '../model/container.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Inventory } from '../model/inventory.ts';
import { isGone } from '../model/missed.ts';
import type { Draft } from './drafts.ts';
import { createTables, diagnosticKey, finishInventory, type Tables } from './finish.ts';

/** A container, with the inventory that its positions refer to. */
interface Entry {
  readonly container: Container;
  readonly of: Inventory;
}

/**
 * Merges several inventories into one: of several clusters, engines or namespaces. A container counts once, by its id:
 * one that was read is preferred to one that was not, and a newer to an older one; the owner comes from the one that knows it.
 * Inventories of one place at several times add up to what ran at any of those times, and a diagnostic says so.
 */
export function mergeInventories(inventories: readonly Inventory[]): Inventory {
  const [only, ...others] = inventories;
  if (only !== undefined && others.length === 0) return only;
  const newestFirst = inventories.toSorted((a, b) => Date.parse(b.generated) - Date.parse(a.generated));
  const newest = newestFirst[0] as Inventory;
  const tables = createTables();
  const clusters = distinct(
    newestFirst.flatMap((inventory) => inventory.clusters),
    clusterId,
  );
  return finishInventory({
    schemaVersion: newest.schemaVersion,
    generated: newest.generated,
    generator: newest.generator,
    selections: distinct(
      newestFirst.flatMap(({ selections }) => selections),
      (selection) => JSON.stringify(selection),
    ),
    drafts: mergeEntries(newestFirst).map((entry) => draftOf(entry, tables)),
    tables,
    // Two machines may name their engines by the same socket; a context is one person's name for a cluster.
    sources: distinct(
      newestFirst.flatMap(({ sources }) => sources),
      (source) => (source.kind === 'kubernetes' ? `kubernetes\0${source.name}` : JSON.stringify(source)),
    ),
    clusters,
    diagnostics: distinct([...newestFirst.flatMap(({ diagnostics }) => diagnostics), ...outdatedIn(newestFirst, clusters)], diagnosticKey),
  });
}

/** Each distinct item once: the first, which is from the newest inventory. */
function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const found = new Map<string, Item>();
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
  return [...found.values()];
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
  if (isGone(newer.container.scan)) return newer;
  const read = newer.container.scan.status === 'unread' && older.container.scan.status !== 'unread' ? older : newer;
  const placed = newer.container.cluster === null && older.container.cluster !== null ? older : newer;
  if (read === placed) return read;
  const { node, cluster, pod, team, name } = placed.container;
  return { of: read.of, container: { ...read.container, node, cluster, pod, team, name } };
}

function draftOf({ container: { image: imageAt, os, scan, ...container }, of }: Entry, { packages, images, systems }: Tables): Draft {
  const { packageSet, ...read } = scan;
  const image = imageAt === null ? null : (of.images[imageAt] ?? null);
  const system = os === null ? null : (of.systems[os] ?? null);
  const set = packageSet === null ? null : (of.packageSets[packageSet] ?? null);
  return {
    container,
    scan: read,
    image: image && images.add(image),
    system: system && systems.add(system),
    packages: set && packages.addSet(set, of.packages),
  };
}

/** Reports containers that only older inventories name, although a newer one was collected in the same place. */
function outdatedIn(newestFirst: readonly Inventory[], clusters: Inventory['clusters']): Diagnostic[] {
  return [...countOutdated(newestFirst)].map(([from, number]) => {
    const cluster = clusters.find((one) => clusterId(one) === from);
    const place = cluster === undefined ? `the same source (${from})` : `the cluster ${cluster.name}`;
    const message = `Inventories of ${place} at several times are added up. Counted as running, and not in the newest: ${number}. Give only the newest, or compare two of them by diff.`;
    return { severity: 'warning', code: 'join/outdated-containers', message, container: null, path: null };
  });
}

/** How many there are, by cluster or kind of source. */
function countOutdated(newestFirst: readonly Inventory[]): Map<string, number> {
  const [known, signs, outdated] = [new Set<string>(), new Set<string>(), new Map<string, number>()];
  for (const { containers } of newestFirst) {
    const collectedLater = new Set(containers.filter((container) => signs.has(signOf(container))).map(scopeOf));
    for (const container of containers) {
      if (known.has(container.id) || isGone(container.scan) || !collectedLater.has(scopeOf(container))) continue;
      const from = container.cluster ?? container.scan.by ?? '';
      outdated.set(from, (outdated.get(from) ?? 0) + 1);
    }
    for (const container of containers) {
      known.add(container.id);
      signs.add(signOf(container));
    }
  }
  return outdated;
}

/** Where a container was found. A cluster names all containers of a namespace or none: it may have been asked for other namespaces. */
const scopeOf = ({ cluster, pod, scan }: Container) => JSON.stringify(cluster === null ? [scan.by] : [cluster, pod?.namespace ?? null]);

/** What two inventories of one place share. Engines of two machines may have the same name: only a container tells them apart. */
const signOf = (container: Container) => `${scopeOf(container)}${container.cluster === null ? container.id : ''}`;
