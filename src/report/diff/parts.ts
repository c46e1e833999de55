import { clusterId } from '../../model/cluster-id.ts';
import type { Container, Team } from '../../model/container.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isGone, isRead, isWhole } from '../../model/missed.ts';
import type { Package, PackageType } from '../../model/package.ts';
import type { DiffPlace } from '../../model/reports/diff.ts';
import { unreadReasons } from '../../model/unread-reasons.ts';
import { compareVersions } from '../../version/version-order.ts';
import { clusterNames } from '../cluster-names.ts';
import { packageFilter } from '../question/asked.ts';
import type { Question } from '../question/question.ts';

/** A package with all its versions in the containers of a part. */
export interface Installed {
  readonly name: string;
  readonly type: PackageType;
  readonly architecture: string | null;
  /** In the order of the ecosystem. */
  readonly versions: readonly string[];
  /** Whether one of them is asked for. */
  readonly isAsked: boolean;
}

/** Why the contents of a part are not known. */
export interface Unread {
  readonly why: string;
  /** Whether it should have been read. As in the coverage, only that makes a result incomplete. */
  readonly isMissed: boolean;
}

/** All running containers of one name in one workload: what people call the same from one day to the next. */
export interface Part {
  readonly place: DiffPlace;
  readonly team: Team;
  /** Uid of the cluster. */
  readonly cluster: string | null;
  /** Null if it can be compared. */
  readonly unread: Unread | null;
  /** Keys of its package sets, sorted. */
  readonly sets: readonly string[];
  readonly packages: () => ReadonlyMap<string, Installed>;
}

/** A part on both sides. */
export type Pair = readonly [before: Part, after: Part];

/** Whether what changed in it is not known. */
export const isUnknown = (pair: Pair) => pair.some(({ unread }) => unread !== null);

export interface Parts {
  readonly parts: ReadonlyMap<string, Part>;
  /** Why a missing part may have been there all the same; null if it cannot. */
  readonly whyAbsent: (key: string, cluster: string | null) => Unread | null;
}

export function partsOf(inventory: Inventory, question: Question): Parts {
  const clusterName = clusterNames(inventory);
  const asked = new Set(inventory.packages.filter(packageFilter(question)));
  const groups = new Map<string, { place: DiffPlace; containers: Container[] }>();
  const ended = new Set<string>();
  for (const container of inventory.containers) {
    const place = placeOf(container, clusterName);
    const key = placeKey(place, container);
    if (isGone(container.scan)) {
      ended.add(key);
      continue;
    }
    const group = groups.get(key) ?? { place, containers: [] };
    groups.set(key, group);
    group.containers.push(container);
  }
  const parts = new Map([...groups].map(([key, { place, containers }]) => [key, partOf(place, containers, inventory, asked)]));
  return {
    parts,
    whyAbsent: (key, cluster) => {
      const why = whyMissed(inventory, cluster, clusterName);
      if (why !== null) return { why, isMissed: true };
      // Another replica may have replaced it after the pods were listed: nobody can tell that its contents are gone.
      return ended.has(key) ? { why: unreadReasons.gone, isMissed: false } : null;
    },
  };
}

type ClusterName = ReturnType<typeof clusterNames>;

/** The key of a place in both inventories. The uid tells clusters of one name apart. */
export function placeKeys(inventory: Inventory): (container: Container) => string {
  const clusterName = clusterNames(inventory);
  return (container) => placeKey(placeOf(container, clusterName), container);
}

const placeKey = (place: DiffPlace, { cluster }: Container) => JSON.stringify({ ...place, cluster });

function placeOf({ cluster, pod, name }: Container, clusterName: ClusterName): DiffPlace {
  if (pod === null) return { cluster: null, namespace: null, workload: null, container: name };
  const workload = pod.workload === null ? `Pod/${pod.name ?? pod.uid}` : `${pod.workload.kind}/${pod.workload.name}`;
  return { cluster: clusterName(cluster), namespace: pod.namespace, workload, container: pod.container ?? name };
}

function partOf(place: DiffPlace, containers: readonly Container[], inventory: Inventory, asked: ReadonlySet<Package>): Part {
  const { team, cluster } = containers[0] as Container;
  const sets = [...new Set(containers.flatMap(({ scan }) => scan.packageSet ?? []))].sort();
  return { place, team, cluster, unread: unreadOf(containers), sets, packages: () => packagesOf(sets, inventory, asked) };
}

/** Beside a replica that was read, those that nobody expects to be read hide nothing; a missed one may hide anything. */
function unreadOf(containers: readonly Container[]): Unread | null {
  const missed = containers.find(({ scan }) => !isWhole(scan));
  if (missed !== undefined) return { why: whyUnread(missed), isMissed: true };
  return containers.some(({ scan }) => isRead(scan)) ? null : { why: whyUnread(containers[0] as Container), isMissed: false };
}

const whyUnread = ({ scan }: Container) => scan.message ?? unreadReasons[scan.reason ?? 'failed'];

function packagesOf(sets: readonly string[], { packages, packageSets }: Inventory, asked: ReadonlySet<Package>): Map<string, Installed> {
  const positions = new Set(sets.flatMap((key) => packageSets[key] ?? []));
  const entries = Array.from(positions, (position) => packages[position] as Package);
  const grouped = groupBy(entries, ({ type, name, architecture }) => JSON.stringify([type, name, architecture]));
  return new Map([...grouped].map(([key, group]) => [key, installed(group, asked)]));
}

function installed(entries: readonly Package[], asked: ReadonlySet<Package>): Installed {
  const { name, type, architecture } = entries[0] as Package;
  const isAsked = entries.some((entry) => asked.has(entry));
  const versions = [...new Set(entries.map(({ version }) => version ?? ''))];
  return { name, type, architecture, isAsked, versions: versions.sort((a, b) => compareVersions(type, a, b) || (a < b ? -1 : 1)) };
}

/** Why the inventory may have missed something in a cluster (for null: in engines); null if it cannot. */
function whyMissed({ sources, clusters }: Inventory, cluster: string | null, clusterName: ClusterName): string | null {
  if (cluster !== null && !clusters.some((one) => clusterId(one) === cluster)) return 'its cluster was not asked';
  if (cluster === null && sources.every(({ kind }) => kind === 'kubernetes')) return 'no engine was asked';
  const name = clusterName(cluster);
  const failed = sources.find(
    (source) => source.error !== null && (cluster === null || source.kind !== 'kubernetes' || source.name === name),
  );
  return failed ? `${failed.kind} could not be asked` : null;
}
