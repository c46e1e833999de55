import { posix } from 'node:path';
import type { Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { FoundDatabase } from './find-databases.ts';

/**
 * Whether a package database changed since the image was made; null where the source cannot tell. A database that is older
 * than its container did not: only of a newer one the engine is asked, for listing what changed takes it longer than all else.
 */
export async function hasDrifted(
  target: Target,
  createdAt: string | null,
  databases: readonly FoundDatabase[],
  diagnostics: Diagnostic[],
): Promise<boolean | null> {
  if (createdAt === null) return null;
  const newer = databases.filter(({ stat }) => !(Date.parse(stat.modified) < Date.parse(createdAt)));
  if (newer.length === 0) return false;
  const changes = await target.changes().catch((error: unknown) => {
    // That the engine does not tell costs this one fact, and no package.
    if (!(error instanceof CollectError)) throw error;
    const { id } = target.container;
    diagnostics.push({ severity: 'info', code: 'scan/drift-unknown', message: error.message, container: id, path: null });
    return null;
  });
  if (changes === null) return null;
  for (const { path } of newer) {
    if (isChanged(changes, path)) return true;
    // The engine names what changed by its path without links. Only where one is of that name is it worth asking for.
    const isNamedAlike = changes.some((change) => change.includes(posix.basename(path)));
    if (isNamedAlike && isChanged(changes, await target.realPath(path))) return true;
  }
  return false;
}

/** A folder is changed with what is in it. */
function isChanged(changes: readonly string[], path: string): boolean {
  return changes.some((change) => change === path || change.startsWith(`${path}/`));
}
