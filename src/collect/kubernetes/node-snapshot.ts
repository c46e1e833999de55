import pMap from 'p-map';
import type { ContainerScan, FoundPod } from '../../model/container-scan.ts';
import type { Pod, PodContainer } from '../../model/directory.ts';
import { looksSince, mayBeTooNew, type NodeFailure, type NodeSight } from '../../model/node-look.ts';
import { uidsOf } from '../../model/pod-uids.ts';
import type { Snapshot, SnapshotContainer, SnapshotHeader } from '../../model/snapshot.ts';
import { askAgain, hasEnded, type PodAgain, type PodAsker, runningIn } from './pod-again.ts';

/** Requests for single pods at a time, for each node. */
const lookUpConcurrency = 4;

/** How far a node's clock may be ahead of ours, in milliseconds. */
const clockTolerance = 60_000;

interface Running {
  readonly pod: Pod;
  readonly container: PodContainer & { readonly id: string };
}

/** A node, and what runs there according to its pods. */
export interface Node {
  readonly name: string;
  readonly running: ReadonlyMap<string, Running>;
  /** By uid, and by the node's own uid for a static pod. */
  readonly pods: ReadonlyMap<string, Pod>;
}

export function nodeOf(name: string, pods: readonly Pod[]): Node {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const running = all.filter((each): each is Running => each.container.state === 'running' && each.container.id !== null);
  return { name, running: new Map(running.map((each) => [each.container.id, each])), pods: byUid(pods) };
}

/** The uid that the cluster gave takes precedence over the one in an annotation. */
function byUid(pods: readonly Pod[]): ReadonlyMap<string, Pod> {
  const uids = pods.flatMap((pod) => (pod.staticUid === null ? [] : [[pod.staticUid, pod] as const]));
  return new Map([...uids, ...pods.map((pod) => [pod.uid, pod] as const)]);
}

/** Why a snapshot does not tell what runs now; null if it does. */
export function faultOf({ takenAt, looksEvery, printsEvery }: SnapshotHeader, { name }: Node, now: Date): NodeFailure | null {
  const silence = now.getTime() - Date.parse(takenAt);
  if (silence < -clockTolerance)
    return { reason: 'failed', message: `The agent of the node ${name} looked in the future: its clock and the one here differ.` };
  // The agent would have printed again by then, at most two looks late.
  const longest = printsEvery + 2 * looksEvery;
  if (silence <= longest) return null;
  return { reason: 'agent-timeout', message: `The agent of the node ${name} has been silent for more than ${longest / 1000} s.` };
}

/** Compares what an agent saw with the pods of its node, and asks again for pods where they differ. */
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
  // A look that found nothing new is not printed. So only its pod can tell what has come and gone since the last printed look.
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

/** What runs on a node and was not seen there, neither itself nor as a sandbox that holds its whole pod. */
function unseenOf({ running }: Node, seen: readonly SnapshotContainer[]): Running[] {
  const ids = new Set(seen.map(({ id }) => id));
  const sandboxes = new Set(seen.flatMap(({ reason, podUid }) => (reason === 'sandboxed' ? (podUid ?? []) : [])));
  return [...running.values()].filter(({ pod, container }) => !ids.has(container.id) && !uidsOf(pod).some((uid) => sandboxes.has(uid)));
}

/** An agent knows nothing but the uid of a pod. */
const unnamed = { namespace: null, name: null, container: null };

/** Whether a container runs there according to the node's pods, or is a sandbox (with its own id) that holds one of these pods whole. */
function isOf({ running, pods }: Node, { id, podUid, reason }: SnapshotContainer): boolean {
  return running.has(id) || (reason === 'sandboxed' && podUid !== null && pods.has(podUid));
}

/**
 * Containers seen in the node's pods that did not run when the pods were listed: they have replaced others since, or had ended before. No
 * pod names a pause container.
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

/** Asks again for pods, each once. Where an agent and the list of pods differ, nothing is claimed before another look. */
async function askAllAgain(pods: readonly Pod[], asker: PodAsker): Promise<(pod: Pod) => PodAgain> {
  const distinct = [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
  const answers = await pMap(distinct, async (pod) => [pod.uid, await askAgain(pod, asker)] as const, { concurrency: lookUpConcurrency });
  const byUid = new Map(answers);
  return ({ uid }) => byUid.get(uid) ?? null;
}
