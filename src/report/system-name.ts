import type { System } from '../model/system.ts';

/** debian-12; only the id for a rolling distribution; null without an id. */
export function systemName({ id, versionId }: System): string | null {
  return id !== null && versionId !== null ? `${id}-${versionId}` : id;
}
