import { clusterId } from '../model/cluster-id.ts';
import type { Config } from '../model/config.ts';
import type { Container, Image } from '../model/container.ts';
import type { ContainerScan, FoundContainer, FoundPod } from '../model/container-scan.ts';
import type { PodContainer } from '../model/directory.ts';
import { isGone } from '../model/missed.ts';
import { looksSince, mayBeTooNew, type NodeFailure, type NodeLook } from '../model/node-look.ts';
import type { Scan } from '../model/scan.ts';
import type { Tables } from './finish.ts';
import { type OwnerWalker, teamOf } from './owners.ts';
import type { Ticket } from './package-table.ts';
import { factsOf, isUnreadable } from './patterns.ts';
import { type Placement, type PlacementIndex, workloadOf } from './placements.ts';

/** A container whose image, system and packages do not have positions yet. */
export interface Draft {
  readonly container: Omit<Container, 'image' | 'os' | 'scan'>;
  readonly scan: Omit<Scan, 'packageSet'>;
  readonly image: string | null;
  readonly system: string | null;
  readonly packages: Ticket | null;
}

/** What all drafts of an Inventory have in common. */
export interface DraftContext {
  readonly placements: PlacementIndex;
  readonly tables: Tables;
  readonly config: Config;
  readonly walk: OwnerWalker;
  /** Ids of containers that have ended since their pods were listed. */
  readonly ended: ReadonlySet<string>;
  /** The outcome of asking the agent of a pod's node; null if it has none. */
  readonly lookAt: (placement: Placement) => NodeLook['outcome'] | null;
  /** Scans of sandboxes that hold a whole pod, by its uid. */
  readonly sandboxes: ReadonlyMap<string, ContainerScan>;
}

/** A container that a source found. */
export function draftOfScan(scan: ContainerScan, context: DraftContext): Draft {
  const { container } = scan;
  const { placements, tables, walk } = context;
  const placement = placements.of(container);
  const image = imageOf(container, placement?.container ?? null);
  return {
    container: {
      id: container.id,
      name: placement?.container?.name ?? container.pod?.container ?? container.name,
      runtime: container.runtime ?? placement?.container?.runtime ?? null,
      ...nodeAndCluster(placement),
      startedAt: placement?.container?.startedAt ?? scan.startedAt,
      labels: container.labels,
      pod: placement ? podReference(placement, container.pod) : unplacedPod(container),
      team: teamOf(walk(container, placement)),
    },
    scan: expected(
      {
        ...{ status: scan.status, reason: scan.reason, message: scan.message },
        ...{ by: scan.by, collectedAt: scan.collectedAt, drift: scan.drift, databases: [...scan.databases] },
      },
      container,
      placement,
      context,
    ),
    image: image && tables.images.add(image),
    system: scan.system && tables.systems.add(scan.system),
    packages: scan.contents.length === 0 ? null : tables.packages.add(scan.contents, scan.system),
  };
}

/** A container that runs in the cluster, but that no source could look into. */
export function draftOfUnread(placement: Placement, context: DraftContext): Draft {
  const { container } = placement as Placement & { container: PodContainer };
  const image = imageOf(null, container);
  return {
    container: {
      id: container.id as string,
      name: container.name,
      runtime: container.runtime,
      ...nodeAndCluster(placement),
      startedAt: container.startedAt,
      labels: null,
      pod: podReference(placement, null),
      team: teamOf(context.walk(null, placement)),
    },
    scan: expected({ status: 'unread', ...whyUnread(placement, context), drift: null, databases: [] }, null, placement, context),
    image: image && context.tables.images.add(image),
    system: null,
    packages: null,
  };
}

function whyUnread(
  placement: Placement,
  { ended, lookAt, sandboxes }: DraftContext,
): Pick<Scan, 'reason' | 'message' | 'by' | 'collectedAt'> {
  const { uid, node } = placement.pod;
  const sandbox = sandboxes.get(uid);
  if (sandbox !== undefined) {
    const { reason, message, by, collectedAt } = sandbox;
    return { reason, message, by, collectedAt };
  }
  const nobody = { by: null, collectedAt: null };
  if (ended.has(placement.container?.id ?? '')) return { ...nobody, reason: 'gone', message: 'It ended before it could be looked into.' };
  const outcome = lookAt(placement);
  if (outcome !== null) return { ...nobody, ...whyUnseen(placement, outcome) };
  return { ...nobody, reason: 'no-agent', message: `Nothing here reads the containers of the node ${node}.` };
}

/** Why a container was not read though its node has an agent. No time of a look is given: each look would change the result. */
function whyUnseen({ pod: { node }, container }: Placement, outcome: NodeLook['outcome']): NodeFailure {
  if ('reason' in outcome) return outcome;
  const { takenAt, looksEvery, askedAt } = outcome;
  const startedAt = container?.startedAt ?? null;
  if (!mayBeTooNew(startedAt, takenAt))
    return { reason: 'failed', message: `The agent of the node ${node} looked while it ran, and did not see it.` };
  if (looksSince(startedAt, looksEvery, askedAt) > 2)
    return {
      reason: 'agent-timeout',
      message: `It was started at ${startedAt}, and the agent of the node ${node} has told of no look since.`,
    };
  const message = `It was started after the last look that the agent of the node ${node} told of. --wait waits for the next one.`;
  return { reason: 'too-new', message };
}

/** Gives an unread container that the config declares unreadable the reason from the config. */
function expected(scan: Draft['scan'], found: FoundContainer | null, placement: Placement | null, { config }: DraftContext): Draft['scan'] {
  if (scan.status !== 'unread' || isGone(scan) || config.unreadable.length === 0) return scan;
  const facts = factsOf(found, placement);
  const rule = config.unreadable.find((candidate) => isUnreadable(candidate, facts));
  return rule === undefined ? scan : { ...scan, reason: 'never-readable', message: rule.reason };
}

const nodeAndCluster = (placement: Placement | null) => ({
  node: placement?.pod.node ?? null,
  cluster: placement && clusterId(placement.cluster),
});

function podReference(placement: Placement, found: FoundPod | null): Container['pod'] {
  const { namespace, name, uid } = placement.pod;
  const { container } = placement;
  return {
    namespace,
    name,
    uid,
    container: container?.name ?? found?.container ?? null,
    containerType: container?.type ?? null,
    workload: workloadOf(placement),
  };
}

/** The pod that a container's labels name, if the cluster says nothing about it. */
function unplacedPod({ pod }: FoundContainer): Container['pod'] {
  return pod && { ...pod, containerType: null, workload: null };
}

function imageOf(found: FoundContainer | null, listed: PodContainer | null): Image | null {
  const name = found?.image?.name ?? listed?.image ?? found?.image?.id;
  if (name === undefined) return null;
  // imageID is `docker-pullable://repository@sha256:…`, `repository@sha256:…`, or only the id of the image.
  const [, repositoryDigest = null] = listed?.imageId.split('@') ?? [];
  const id = found?.image?.id ?? /^(?:\w+:\/\/)?(sha256:[0-9a-f]{64})$/.exec(listed?.imageId ?? '')?.[1] ?? null;
  return { name, id, digest: repositoryDigest ?? found?.image?.digest ?? null, labels: found?.image?.labels ?? {} };
}
