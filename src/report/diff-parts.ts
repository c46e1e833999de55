import type { Container, Team } from '../model/container.ts';
import type { DiffPlace } from '../model/diff-report.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Package, PackageType } from '../model/package.ts';
import { unreadReasons } from '../model/unread-reasons.ts';
import { compareVersions } from '../version/version-order.ts';

/** A package, with all versions of it that the containers of a part have. */
export interface Installed {
  readonly name: string;
  readonly type: PackageType;
  readonly architecture: string | null;
  /** In the order of the ecosystem. */
  readonly versions: readonly string[];
}

/** All containers of one name in one workload: what a person calls the same from one day to the next. */
export interface Part {
  readonly place: DiffPlace;
  readonly team: Team;
  /** Uid of the cluster. */
  readonly cluster: string | null;
  /** Why it could not be read wholly, or null. */
  readonly unread: string | null;
  /** Keys of its package sets. */
  readonly sets: string;
  readonly packages: () => ReadonlyMap<string, Installed>;
}

interface Parts {
  readonly parts: ReadonlyMap<string, Part>;
  /** Why the inventory may have missed something of a cluster (of engines, for null); or null where it cannot. */
  readonly whyMissed: (cluster: string | null) => string | null;
}

export function partsOf(inventory: Inventory): Parts {
  const names = new Map(inventory.clusters.map(({ uid, name }) => [uid ?? name, name]));
  const groups = new Map<string, { place: DiffPlace; containers: Container[] }>();
  for (const container of inventory.containers) {
    const place = placeOf(container, names);
    const key = JSON.stringify({ ...place, cluster: container.cluster });
    const group = groups.get(key) ?? { place, containers: [] };
    groups.set(key, group);
    group.containers.push(container);
  }
  const parts = new Map([...groups].map(([key, { place, containers }]) => [key, partOf(place, containers, inventory)]));
  return { parts, whyMissed: (cluster) => whyMissed(inventory, cluster, names) };
}

function placeOf({ cluster, pod, name }: Container, names: ReadonlyMap<string, string>): DiffPlace {
  if (pod === null) return { cluster: null, namespace: null, workload: null, container: name };
  const workload = pod.workload === null ? `Pod/${pod.name ?? pod.uid}` : `${pod.workload.kind}/${pod.workload.name}`;
  return { cluster: cluster && (names.get(cluster) ?? cluster), namespace: pod.namespace, workload, container: pod.container ?? name };
}

function partOf(place: DiffPlace, containers: readonly Container[], inventory: Inventory): Part {
  const unread = containers.find(({ scan }) => scan.status === 'unread' || scan.status === 'partial');
  const { team, cluster } = containers[0] as Container;
  const sets = new Set(containers.flatMap(({ scan }) => scan.packageSet ?? []));
  return {
    place,
    team,
    cluster,
    unread: unread ? (unread.scan.message ?? unreadReasons[unread.scan.reason ?? 'failed']) : null,
    sets: [...sets].sort().join(),
    packages: () => packagesOf(sets, inventory),
  };
}

function packagesOf(sets: ReadonlySet<string>, { packages, packageSets }: Inventory): Map<string, Installed> {
  const positions = new Set([...sets].flatMap((key) => packageSets[key] ?? []));
  const grouped = new Map<string, Package[]>();
  for (const position of positions) {
    const entry = packages[position] as Package;
    const key = JSON.stringify([entry.type, entry.name, entry.architecture]);
    grouped.set(key, [...(grouped.get(key) ?? []), entry]);
  }
  return new Map([...grouped].map(([key, entries]) => [key, installed(entries)]));
}

function installed(entries: readonly Package[]): Installed {
  const { name, type, architecture } = entries[0] as Package;
  const versions = [...new Set(entries.map(({ version }) => version ?? ''))];
  return { name, type, architecture, versions: versions.sort((a, b) => compareVersions(type, a, b) || (a < b ? -1 : 1)) };
}

function whyMissed({ sources, clusters }: Inventory, cluster: string | null, names: ReadonlyMap<string, string>): string | null {
  if (cluster !== null && !clusters.some(({ uid, name }) => (uid ?? name) === cluster)) return 'its cluster was not asked';
  if (cluster === null && sources.every(({ kind }) => kind === 'kubernetes')) return 'no engine was asked';
  const name = cluster && names.get(cluster);
  const failed = sources.find(
    (source) => source.error !== null && (cluster === null || source.kind !== 'kubernetes' || source.name === name),
  );
  return failed ? `${failed.kind} could not be asked` : null;
}
