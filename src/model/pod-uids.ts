import type { Pod } from './directory.ts';

/** The uids that a pod is known by: a static pod has one in the cluster, and another on its node. */
export function uidsOf({ uid, staticUid }: Pod): string[] {
  return staticUid === null ? [uid] : [uid, staticUid];
}
