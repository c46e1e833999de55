import type { FoundContainer } from '../model/container-scan.ts';
import type { ClusterDirectory, ClusterObject, Directory, OwnerReference, Pod, PodContainer } from '../model/directory.ts';

/** A container of a pod, with the cluster that it is in. */
export interface Placement {
  readonly cluster: ClusterDirectory;
  readonly pod: Pod;
  readonly container: PodContainer | null;
}

/** Finds the pod of a container: by the container's id, else by the pod's uid (the pod's status may lag behind). */
export interface PlacementIndex {
  readonly byContainer: (id: string) => Placement | null;
  readonly byPod: (uid: string) => Placement | null;
  readonly of: (container: Pick<FoundContainer, 'id' | 'pod'>) => Placement | null;
}

export function indexPlacements(directory: Directory): PlacementIndex {
  const containers = new Map<string, Placement>();
  const pods = new Map<string, Placement>();
  const staticPods = new Map<string, Placement>();
  for (const cluster of directory.clusters) {
    for (const pod of cluster.pods) {
      pods.set(pod.uid, { cluster, pod, container: null });
      if (pod.staticUid !== null) staticPods.set(pod.staticUid, { cluster, pod, container: null });
      for (const container of pod.containers) if (container.id !== null) containers.set(container.id, { cluster, pod, container });
    }
  }
  const byContainer = (id: string) => containers.get(id) ?? null;
  // Whoever may create pods chooses their annotations: the uid from the cluster takes precedence over one from an annotation.
  const byPod = (uid: string) => pods.get(uid) ?? staticPods.get(uid) ?? null;
  return { byContainer, byPod, of: ({ id, pod }) => byContainer(id) ?? (pod && byPod(pod.uid)) };
}

/** An owner of a pod, or of its owner. */
export interface OwnerLink {
  readonly reference: OwnerReference;
  /** Null if the account may not read its kind, or if it is gone. */
  readonly object: ClusterObject | null;
  readonly outcome: 'asked' | 'unasked' | 'gone';
}

/** The owners of a pod, nearest first, as far as they could be asked. */
export function ownerChain({ workloads, unaskedKinds }: ClusterDirectory, pod: Pod): OwnerLink[] {
  const chain: OwnerLink[] = [];
  const seen = new Set<string>();
  for (let reference = pod.owner; reference !== null && !seen.has(reference.uid); ) {
    seen.add(reference.uid);
    const object = workloads.get(reference.uid) ?? null;
    const isUnasked = object === null && unaskedKinds.has(`${reference.apiVersion}/${reference.kind}`);
    chain.push({ reference, object, outcome: object ? 'asked' : isUnasked ? 'unasked' : 'gone' });
    reference = object?.owner ?? null;
  }
  return chain;
}

/** What a pod ultimately belongs to, such as a Deployment; null if it belongs to nothing, or part of the chain could not be seen. */
export function workloadOf({ cluster, pod }: Placement): { readonly kind: string; readonly name: string } | null {
  const last = ownerChain(cluster, pod).at(-1);
  return last === undefined || last.outcome === 'unasked' ? null : { kind: last.reference.kind, name: last.reference.name };
}
