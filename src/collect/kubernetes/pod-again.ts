import { isOutOfTime } from '../../io/deadline.ts';
import type { Pod, PodContainer, PodName } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { uidsOf } from '../../model/pod-uids.ts';
import { pathPart } from '../../text/path-part.ts';
import { ApiError, type ClusterApi } from './api.ts';
import type { ObjectReader } from './objects.ts';
import { isPathSegment } from './path-segment.ts';

/** Where single pods are asked for. */
export interface PodAsker {
  readonly api: ClusterApi;
  readonly reader: ObjectReader;
  readonly signal: AbortSignal;
}

/** A pod as it is by now; `ended` where there is none of that uid any more; null where the cluster does not tell. */
export type PodAgain = Pod | 'ended' | null;

/** Asks once more for a single pod: its containers come and go after it was listed. One of which nothing is told costs no result. */
export async function askAgain({ namespace, name, uid }: PodName, { api, reader, signal }: PodAsker): Promise<PodAgain> {
  // The labels of a container name its pod, and may say anything.
  if (!isPathSegment(namespace) || !isPathSegment(name)) return null;
  try {
    const pod = reader.pod(await api.get(`/api/v1/namespaces/${pathPart(namespace)}/pods/${pathPart(name)}`));
    // Of a StatefulSet another may have its name by now.
    return uidsOf(pod).includes(uid) ? pod : 'ended';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'ended';
    if (error instanceof CollectError || isOutOfTime(signal)) return null;
    throw error;
  }
}

/** The container of an id that runs in a pod that was asked again. */
export function runningIn(pod: PodAgain, id: string): PodContainer | null {
  if (pod === null || pod === 'ended') return null;
  return pod.containers.find((container) => container.id === id && container.state === 'running') ?? null;
}

/** Whether a container has ended since its pod was listed. Where the cluster does not tell of the pod, nobody can say so. */
export const hasEnded = (pod: PodAgain, id: string) => pod !== null && runningIn(pod, id) === null;
