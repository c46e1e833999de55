import type { System } from '../model/system.ts';

/** debian-12; the id alone for a rolling distribution; null where the os-release names nothing. */
export function systemName({ id, versionId }: System): string | null {
  return id !== null && versionId !== null ? `${id}-${versionId}` : id;
}
