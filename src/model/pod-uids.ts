import type { Pod } from './directory.ts';

/** The uids that a pod is known by: a static pod has one to the cluster, and one to its node. */
export function uidsOf({ uid, staticUid }: Pod): string[] {
  return staticUid === null ? [uid] : [uid, staticUid];
}
