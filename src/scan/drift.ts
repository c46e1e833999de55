import type { FileStat, Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import { isAnyChanged } from './changes.ts';
import type { FoundDatabase } from './find-databases.ts';

/**
 * Whether a package database changed since the image was made; null where that is not known. A database that is older than its container
 * did not: only of a newer one the engine is asked, for listing what changed takes it longer than all else. Root in a container
 * can set the time at which a file was modified, so the one that nobody can set counts too, where it is known.
 */
export async function hasDrifted(
  target: Target,
  createdAt: string | null,
  databases: readonly Pick<FoundDatabase, 'path' | 'stat'>[],
  diagnostics: Diagnostic[],
): Promise<boolean | null> {
  if (createdAt === null) return null;
  const newer = databases.filter(({ stat }) => !isOlder(stat, Date.parse(createdAt)));
  if (newer.length === 0) return false;
  try {
    const isChanged = await isAnyChanged(
      target,
      newer.map(({ path }) => path),
    );
    if (isChanged !== false) return isChanged;
    // The engine too goes by what can be set.
    for (const { path, stat } of newer) if (!(await target.isOfImage(path, stat))) return null;
    return false;
  } catch (error) {
    // That the engine does not tell costs this one fact, and no package.
    if (!(error instanceof CollectError)) throw error;
    const { id } = target.container;
    diagnostics.push({ severity: 'info', code: 'scan/drift-unknown', message: error.message, container: id, path: null });
    return null;
  }
}

/** What the image has was last changed when its layers were unpacked. A time that is none is not older. */
function isOlder({ modified, changed }: FileStat, created: number): boolean {
  return Date.parse(modified) < created && (changed === null || Number(changed) / 1_000_000 < created);
}
