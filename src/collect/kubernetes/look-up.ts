import pMap from 'p-map';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ClusterDirectory, Pod, PodContainer, PodName } from '../../model/directory.ts';
import { askAgain, hasEnded, type PodAgain, type PodAsker } from './pod-again.ts';
import { readWorkloads } from './workloads.ts';

/** The result of asking again. */
export interface LookedUp {
  /** With the pods that started since, and their owners. A pod that the cluster says nothing about is not included. */
  readonly cluster: ClusterDirectory;
  /** Ids of containers of these pods that have ended since they were listed. */
  readonly ended: ReadonlySet<string>;
  /** What could not be asked. */
  readonly diagnostics: readonly Diagnostic[];
}

/** How many single pods are requested at the same time. */
const lookUpConcurrency = 8;

/** Asks for pods again, and for the owners of those that started since. */
export async function lookUp(
  cluster: ClusterDirectory,
  wanted: readonly PodName[],
  { seen, ...context }: PodAsker & { readonly seen: ReadonlySet<string> },
): Promise<LookedUp> {
  const { api, reader } = context;
  const answers = new Map(
    await pMap(wanted, async (pod) => [pod.uid, await askAgain(pod, context)] as const, { concurrency: lookUpConcurrency }),
  );
  const pods = [...answers.values()].filter((pod) => pod !== null && pod !== 'ended');
  const orphans = pods.filter(({ owner }) => owner !== null && !cluster.workloads.has(owner.uid));
  const namespaces = [...new Set(orphans.map(({ namespace }) => namespace))];
  const owners = await readWorkloads(api, orphans, { reader, namespaces });
  const completed = {
    ...cluster,
    pods: withSeen(cluster.pods, pods, seen),
    workloads: new Map([...cluster.workloads, ...owners.workloads]),
    unaskedKinds: new Set([...cluster.unaskedKinds, ...owners.unaskedKinds]),
  };
  const again = ({ uid }: PodName) => answers.get(uid) ?? null;
  return { cluster: completed, ended: endedOf(cluster, wanted, again), diagnostics: owners.diagnostics };
}

/** Pods as listed, plus those that started since. Of what started, only containers that were seen are included. */
function withSeen(listed: readonly Pod[], again: readonly Pod[], seen: ReadonlySet<string>): Pod[] {
  const newer = new Map(again.map((pod) => [pod.uid, pod]));
  const came = (pod: Pod, known: readonly PodContainer[]) => {
    const ids = new Set(known.map(({ id }) => id));
    return pod.containers.filter(({ id }) => id !== null && seen.has(id) && !ids.has(id));
  };
  const uids = new Set(listed.map(({ uid }) => uid));
  const known = listed.map((pod) => {
    const other = newer.get(pod.uid);
    return other === undefined ? pod : { ...pod, containers: [...pod.containers, ...came(other, pod.containers)] };
  });
  return [...known, ...again.filter(({ uid }) => !uids.has(uid)).map((pod) => ({ ...pod, containers: came(pod, []) }))];
}

/** The containers of listed pods that have ended since. */
export function endedOf({ pods }: ClusterDirectory, wanted: readonly PodName[], again: (pod: PodName) => PodAgain): Set<string> {
  const uids = new Set(wanted.map(({ uid }) => uid));
  const running = pods
    .filter(({ uid }) => uids.has(uid))
    .flatMap((pod) => pod.containers.flatMap(({ id, state }) => (id !== null && state === 'running' ? { pod, id } : [])));
  return new Set(running.filter(({ pod, id }) => hasEnded(again(pod), id)).map(({ id }) => id));
}
