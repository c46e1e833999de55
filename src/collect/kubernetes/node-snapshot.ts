import pMap from 'p-map';
import type { ContainerScan, FoundPod } from '../../model/container-scan.ts';
import type { Pod, PodContainer } from '../../model/directory.ts';
import { looksSince, mayBeTooNew, type NodeFailure, type NodeSight } from '../../model/node-look.ts';
import { uidsOf } from '../../model/pod-uids.ts';
import type { Snapshot, SnapshotContainer, SnapshotHeader } from '../../model/snapshot.ts';
import { askAgain, hasEnded, type PodAgain, type PodAsker, runningIn } from './pod-again.ts';

/** Requests for single pods at a time, for each node. */
const lookUpConcurrency = 4;

/** As far as the clock of a node may be ahead of the one here, in milliseconds. */
const clockTolerance = 60_000;

interface Running {
  readonly pod: Pod;
  readonly container: PodContainer & { readonly id: string };
}

/** A node, and what runs there, as its pods say. */
export interface Node {
  readonly name: string;
  readonly running: ReadonlyMap<string, Running>;
  /** By uid, and by the one that the node itself has for a static pod. */
  readonly pods: ReadonlyMap<string, Pod>;
}

export function nodeOf(name: string, pods: readonly Pod[]): Node {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const running = all.filter((each): each is Running => each.container.state === 'running' && each.container.id !== null);
  return { name, running: new Map(running.map((each) => [each.container.id, each])), pods: byUid(pods) };
}

/** The uid that the cluster gave goes before the one that an annotation names. */
function byUid(pods: readonly Pod[]): ReadonlyMap<string, Pod> {
  const uids = pods.flatMap((pod) => (pod.staticUid === null ? [] : [[pod.staticUid, pod] as const]));
  return new Map([...uids, ...pods.map((pod) => [pod.uid, pod] as const)]);
}

/** Why a snapshot says nothing of what runs now; null where it does. */
export function faultOf({ takenAt, looksEvery, printsEvery }: SnapshotHeader, { name }: Node, now: Date): NodeFailure | null {
  const silence = now.getTime() - Date.parse(takenAt);
  if (silence < -clockTolerance)
    return { reason: 'failed', message: `The agent of the node ${name} looked in the future: its clock and the one here differ.` };
  // It would have printed again, two looks late at the most.
  const longest = printsEvery + 2 * looksEvery;
  if (silence <= longest) return null;
  return { reason: 'agent-timeout', message: `The agent of the node ${name} has been silent for more than ${longest / 1000} s.` };
}

/** Holds what an agent saw against the pods of its node; those of which the two differ are asked for again. */
export async function holdAgainst(
  node: Node,
  snapshot: Snapshot,
  askedAt: Date,
  asker: PodAsker,
): Promise<{
  readonly sight: NodeSight;
  /** Whether a later look may tell more. */
  readonly isAwaited: boolean;
}> {
  const { header, containers } = snapshot;
  const unseen = unseenOf(node, containers);
  const isTooNew = ({ container }: Running) => mayBeTooNew(container.startedAt, header.takenAt);
  // Nobody prints a look that found nothing new: what has come and gone since the last one that was printed, only its pod tells.
  const overdue = unseen.filter((each) => !isTooNew(each) || looksSince(each.container.startedAt, header.looksEvery, askedAt) > 1);
  const unlisted = unlistedOf(node, containers);
  const again = await askAllAgain([...overdue.map(({ pod }) => pod), ...unlisted.map(({ pod }) => pod)], asker);
  const ended = new Set(unseen.filter(({ pod, container }) => hasEnded(again(pod), container.id)).map(({ container }) => container.id));
  const scans = [
    ...containers.filter((container) => isOf(node, container)).map((container) => scanOf(container, snapshot)),
    ...unlisted.flatMap(({ pod, seen }) => {
      const container = runningIn(again(pod), seen.id);
      return container === null ? [] : scanOf(seen, snapshot, { ...pod, container: container.name });
    }),
  ];
  return {
    sight: { takenAt: header.takenAt, looksEvery: header.looksEvery, askedAt, scans, ended },
    isAwaited: unseen.some((each) => isTooNew(each) && !ended.has(each.container.id)),
  };
}

/** What runs on a node, and was not seen there, neither by itself nor as a sandbox that holds the whole of its pod. */
function unseenOf({ running }: Node, seen: readonly SnapshotContainer[]): Running[] {
  const ids = new Set(seen.map(({ id }) => id));
  const sandboxes = new Set(seen.flatMap(({ reason, podUid }) => (reason === 'sandboxed' ? (podUid ?? []) : [])));
  return [...running.values()].filter(({ pod, container }) => !ids.has(container.id) && !uidsOf(pod).some((uid) => sandboxes.has(uid)));
}

/** An agent knows of a pod nothing but its uid. */
const unnamed = { namespace: null, name: null, container: null };

/** What the pods of the node say that runs there; and a sandbox that holds the whole of a pod of it, which has an id of its own. */
function isOf({ running, pods }: Node, { id, podUid, reason }: SnapshotContainer): boolean {
  return running.has(id) || (reason === 'sandboxed' && podUid !== null && pods.has(podUid));
}

/**
 * What was seen of pods of the node, and did not run when they were listed: it took the place of another since, or had ended before. A
 * pause container no pod names.
 */
function unlistedOf({ running, pods }: Node, seen: readonly SnapshotContainer[]) {
  return seen.flatMap((container) => {
    const { id, podUid, reason, isPause } = container;
    const pod = podUid === null || running.has(id) || reason === 'sandboxed' || isPause ? undefined : pods.get(podUid);
    return pod === undefined ? [] : { pod, seen: container };
  });
}

function scanOf(seen: SnapshotContainer, { header, contents }: Snapshot, named: Omit<FoundPod, 'uid'> = unnamed): ContainerScan {
  const { id, runtime, podUid, isPause, startedAt, status, reason, message, system, databases } = seen;
  const { namespace, name, container } = named;
  const pod = podUid === null ? null : { uid: podUid, namespace, name, container };
  return {
    container: { id, name: id.slice(0, 12), runtime, labels: null, image: null, pod, isPause },
    ...{ by: 'agent', startedAt, collectedAt: header.takenAt, status, reason, message, drift: null, system, databases },
    contents: seen.contents.flatMap((position) => contents[position] ?? []),
    diagnostics: seen.diagnostics.map((diagnostic) => ({ ...diagnostic, container: id })),
  };
}

/** Asks once more for pods, each once: nothing is claimed of what an agent saw or did not see against the list before another look. */
async function askAllAgain(pods: readonly Pod[], asker: PodAsker): Promise<(pod: Pod) => PodAgain> {
  const distinct = [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
  const answers = await pMap(distinct, async (pod) => [pod.uid, await askAgain(pod, asker)] as const, { concurrency: lookUpConcurrency });
  const byUid = new Map(answers);
  return ({ uid }) => byUid.get(uid) ?? null;
}
