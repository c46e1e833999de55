import { isOutOfTime } from '../../io/deadline.ts';
import type { Pod, PodContainer, PodName } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { uidsOf } from '../../model/pod-uids.ts';
import { pathPart } from '../../text/path-part.ts';
import { ApiError, type ClusterApi } from './api.ts';
import type { ObjectReader } from './objects.ts';
import { isPathSegment } from './path-segment.ts';

/** Where single pods are requested. */
export interface PodAsker {
  readonly api: ClusterApi;
  readonly reader: ObjectReader;
  readonly signal: AbortSignal;
}

/** A pod as it is now; `ended` if no pod has that uid any more; null if the cluster does not say. */
export type PodAgain = Pod | 'ended' | null;

/** Asks again for a pod, whose containers may have changed since it was listed. Learning nothing does not lose the result. */
export async function askAgain({ namespace, name, uid }: PodName, { api, reader, signal }: PodAsker): Promise<PodAgain> {
  // A container's labels name its pod, and may say anything.
  if (!isPathSegment(namespace) || !isPathSegment(name)) return null;
  try {
    const pod = reader.pod(await api.get(`/api/v1/namespaces/${pathPart(namespace)}/pods/${pathPart(name)}`));
    // In a StatefulSet, another pod may have its name by now.
    return uidsOf(pod).includes(uid) ? pod : 'ended';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'ended';
    if (error instanceof CollectError || isOutOfTime(signal)) return null;
    throw error;
  }
}

/** The container with this id, if it runs in a pod that was asked for again. */
export function runningIn(pod: PodAgain, id: string): PodContainer | null {
  if (pod === null || pod === 'ended') return null;
  return pod.containers.find((container) => container.id === id && container.state === 'running') ?? null;
}

/** Whether a container has ended since its pod was listed: false if the cluster says nothing about the pod. */
export const hasEnded = (pod: PodAgain, id: string) => pod !== null && runningIn(pod, id) === null;
