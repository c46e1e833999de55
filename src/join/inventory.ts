import { createHash } from 'node:crypto';
import type { Container, Image, Team } from '../model/container.ts';
import type { ContainerScan, FoundContainer } from '../model/container-scan.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ClusterDirectory, Directory, PodContainer } from '../model/directory.ts';
import { type Cluster, type Inventory, inventorySchemaVersion, type Source } from '../model/inventory.ts';
import type { Scan } from '../model/scan.ts';
import type { System } from '../model/system.ts';
import { byCodeUnits, sortedBy } from './order.ts';
import { indexPlacements, type Placement, type PlacementIndex, teamOfContainer, teamOfPod, unknownTeam } from './owners.ts';
import { createPackageTable, type Ticket } from './package-table.ts';
import { createTable } from './table.ts';

/** All that was collected in a run. */
export interface Harvest {
  readonly generated: string;
  readonly generator: Inventory['generator'];
  readonly sources: readonly Source[];
  readonly directory: Directory;
  readonly scans: readonly ContainerScan[];
  /** Ids of all running containers that the sources named, whether they were selected or not. */
  readonly named: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A container whose image, system and packages still wait for their positions. */
interface Draft {
  readonly container: Omit<Container, 'image' | 'os' | 'scan'>;
  readonly scan: Omit<Scan, 'packageSet'>;
  readonly image: string | null;
  readonly system: string | null;
  readonly packages: Ticket | null;
}

/** Joins what runs with whose it is. Everything is put in order here, once. */
export function joinInventory(harvested: Harvest): Inventory {
  const placements = indexPlacements(harvested.directory);
  const harvest = { ...harvested, ...setSandboxesApart(bestScans(harvested.scans), placements) };
  const tables = { packages: createPackageTable(), images: createTable<Image>(), systems: createTable<System>() };
  const drafts = [
    ...harvest.scans.map((scan) => draftOfScan(scan, placements, tables)),
    ...unreadPlacements(harvest, placements).map((placement) => draftOfUnread(placement, whyUnread(placement, harvest), tables)),
  ];
  const [images, systems, packages] = [tables.images.finish(), tables.systems.finish(), tables.packages.finish()];
  const containers = sortedBy(drafts, ({ container }) => container.id).map(({ container, scan, ...draft }) => ({
    ...container,
    image: draft.image === null ? null : images.positionOf(draft.image),
    os: draft.system === null ? null : systems.positionOf(draft.system),
    scan: { ...scan, packageSet: draft.packages === null ? null : packages.setOf(draft.packages) },
  }));
  return withDigest({
    schemaVersion: inventorySchemaVersion,
    generated: harvest.generated,
    contentDigest: '',
    generator: harvest.generator,
    sources: sortedBy(harvest.sources, ({ kind, name }) => `${kind}\0${name}`),
    clusters: sortedBy(harvest.directory.clusters.map(clusterOf), ({ name }) => name),
    containers,
    images: images.items,
    systems: systems.items,
    packages: [...packages.packages],
    packageSets: Object.fromEntries(sortedBy(Object.entries(packages.packageSets), ([key]) => key)),
    diagnostics: diagnosticsOf(harvest),
  });
}

/** One scan for each container: one that read something goes before one that did not, then the newer, then by the kind of source. */
function bestScans(scans: readonly ContainerScan[]): ContainerScan[] {
  const rank = ({ status, collectedAt, by }: ContainerScan) => [status === 'unread' ? 1 : 0, -Date.parse(collectedAt), by] as const;
  const isBetter = (a: ReturnType<typeof rank>, b: ReturnType<typeof rank>) => (a[0] - b[0] || a[1] - b[1] || byCodeUnits(a[2], b[2])) < 0;
  const best = new Map<string, ContainerScan>();
  for (const scan of scans) {
    const earlier = best.get(scan.container.id);
    if (earlier === undefined || isBetter(rank(scan), rank(earlier))) best.set(scan.container.id, scan);
  }
  return [...best.values()];
}

/**
 * A sandbox may hold all containers of a pod in one: then only the sandbox is seen from outside, under an id that is of none of
 * them. It is no container of its own, but tells why those of its pod are unread.
 */
function setSandboxesApart(scans: readonly ContainerScan[], { byContainer, byPod }: PlacementIndex) {
  const isSandbox = ({ reason, container: { id, pod } }: ContainerScan) =>
    reason === 'sandboxed' && byContainer(id) === null && pod !== null && byPod(pod.uid) !== null;
  const sandboxes = new Map(scans.filter(isSandbox).map((scan) => [scan.container.pod?.uid, scan]));
  return { sandboxes, scans: scans.filter((scan) => !isSandbox(scan)) };
}

interface Tables {
  readonly packages: ReturnType<typeof createPackageTable>;
  readonly images: ReturnType<typeof createTable<Image>>;
  readonly systems: ReturnType<typeof createTable<System>>;
}

function draftOfScan(scan: ContainerScan, placements: PlacementIndex, tables: Tables): Draft {
  const { container } = scan;
  const placement = placementOf(container, placements);
  const image = imageOf(container, placement?.container ?? null);
  return {
    container: {
      id: container.id,
      name: placement?.container?.name ?? container.name,
      runtime: container.runtime ?? placement?.container?.runtime ?? null,
      node: placement?.pod.node ?? null,
      cluster: placement && clusterId(placement.cluster),
      startedAt: placement?.container?.startedAt ?? scan.startedAt,
      labels: container.labels,
      pod: placement ? podReference(placement) : unplacedPod(container),
      team: teamOf(container, placement),
    },
    scan: {
      ...{ status: scan.status, reason: scan.reason, message: scan.message },
      ...{ by: scan.by, collectedAt: scan.collectedAt, drift: scan.drift, databases: [...scan.databases] },
    },
    image: image && tables.images.add(image),
    system: scan.system && tables.systems.add(scan.system),
    packages: scan.contents.length === 0 ? null : tables.packages.add(scan.contents, scan.system),
  };
}

function placementOf({ id, pod }: FoundContainer, placements: PlacementIndex): Placement | null {
  return placements.byContainer(id) ?? (pod && placements.byPod(pod.uid));
}

function teamOf(container: FoundContainer, placement: Placement | null): Team {
  if (placement !== null) return teamOfPod(placement);
  return container.pod === null ? teamOfContainer(container.name, container.labels) : unknownTeam;
}

/** Containers that run in the cluster, and that no source could look into. */
function unreadPlacements({ directory, scans, named }: Harvest, placements: PlacementIndex): Placement[] {
  const scanned = new Set(scans.map(({ container }) => container.id));
  const unread = directory.clusters
    .flatMap(({ pods }) => pods.flatMap((pod) => pod.containers))
    .filter(({ id, state }) => id !== null && state === 'running' && !scanned.has(id) && !named.has(id));
  // A pod may be listed twice: with the same namespace asked for twice, say.
  return [...new Set(unread.map(({ id }) => id as string))].map((id) => placements.byContainer(id) as Placement);
}

type Unread = Pick<Scan, 'reason' | 'message' | 'by' | 'collectedAt'>;

function whyUnread({ pod }: Placement, harvest: Harvest & { readonly sandboxes: ReadonlyMap<unknown, ContainerScan> }): Unread {
  const nobody = { by: null, collectedAt: null };
  const sandbox = harvest.sandboxes.get(pod.uid);
  if (sandbox) return { reason: sandbox.reason, message: sandbox.message, by: sandbox.by, collectedAt: sandbox.collectedAt };
  if (pod.node !== null && readNodes(harvest).has(pod.node))
    return { ...nobody, reason: 'gone', message: 'It ended before it could be looked into.' };
  return { ...nobody, reason: 'no-agent', message: `Nothing here reads the containers of the node ${pod.node}.` };
}

function draftOfUnread(placement: Placement, unread: Unread, tables: Tables): Draft {
  const { pod, container, cluster } = placement as Placement & { container: PodContainer };
  const image = imageOf(null, container);
  return {
    container: {
      id: container.id as string,
      name: container.name,
      runtime: container.runtime,
      node: pod.node,
      cluster: clusterId(cluster),
      startedAt: container.startedAt,
      labels: {},
      pod: podReference(placement),
      team: teamOfPod(placement),
    },
    scan: { status: 'unread', ...unread, drift: null, databases: [] },
    image: image && tables.images.add(image),
    system: null,
    packages: null,
  };
}

/**
 * Nodes whose engine was asked: those of the pods whose containers it named. Pods are listed before containers, so what such
 * an engine does not name any more has ended.
 */
function readNodes({ directory, named }: Harvest): ReadonlySet<string> {
  const pods = directory.clusters.flatMap((cluster) => cluster.pods);
  const seen = pods.filter(({ containers }) => containers.some(({ id }) => id !== null && named.has(id)));
  return new Set(seen.flatMap(({ node }) => (node === null ? [] : [node])));
}

function podReference({ pod, container }: Placement): Container['pod'] {
  const { namespace, name, uid } = pod;
  return { namespace, name, uid, container: container?.name ?? null, containerType: container?.type ?? null, workload: null };
}

/** The pod that the labels of a container name, where the cluster says nothing of it. */
function unplacedPod({ pod }: FoundContainer): Container['pod'] {
  return pod && { ...pod, containerType: null, workload: null };
}

function imageOf(found: FoundContainer | null, listed: PodContainer | null): Image | null {
  const name = found?.image?.name ?? listed?.image ?? found?.image?.id;
  if (name === undefined) return null;
  // imageID is `docker-pullable://repository@sha256:…`, `repository@sha256:…`, or the id of the image alone.
  const [, repositoryDigest = null] = listed?.imageId.split('@') ?? [];
  const id = found?.image?.id ?? /^(?:\w+:\/\/)?(sha256:[0-9a-f]{64})$/.exec(listed?.imageId ?? '')?.[1] ?? null;
  return { name, id, digest: repositoryDigest ?? found?.image?.digest ?? null, labels: found?.image?.labels ?? {} };
}

const clusterId = ({ uid, name }: ClusterDirectory) => uid ?? name;

function clusterOf({ name, uid, pods }: ClusterDirectory): Cluster {
  const distinct = new Map(pods.map((pod) => [pod.uid, pod]));
  const states = [...distinct.values()].flatMap(({ containers }) => containers.map(({ state }) => state));
  const count = (wanted: PodContainer['state']) => states.filter((state) => state === wanted).length;
  return { name, uid, notRunning: { waiting: count('waiting'), terminated: count('terminated') } };
}

function diagnosticsOf({ diagnostics, scans }: Harvest): Diagnostic[] {
  const all = [...diagnostics, ...scans.flatMap((scan) => scan.diagnostics)];
  return sortedBy(all, ({ container, path, code, message }) => [container, path, code, message].join('\0'));
}

/** Timestamps of collecting are the only thing that differs between two runs over an unchanged fleet: the digest covers the rest. */
function withDigest(inventory: Inventory): Inventory {
  const hash = createHash('sha256');
  const { generated: _, contentDigest: __, containers, ...rest } = inventory;
  hash.update(JSON.stringify(rest));
  for (const { scan, ...container } of containers) {
    const { collectedAt: ___, ...facts } = scan;
    hash.update(JSON.stringify([container, facts]));
  }
  return { ...inventory, contentDigest: `sha256:${hash.digest('hex')}` };
}
