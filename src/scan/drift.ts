import type { FileStat, Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import { isAnyChanged } from './changes.ts';
import type { FoundDatabase } from './find-databases.ts';

/**
 * Whether a package database changed since the image was made; null if that is not known. A database older than its container did not:
 * the engine is asked only about newer ones, because listing what changed takes it longer than everything else. Root in a
 * container can set a file's modification time, so the time that nobody can set counts too, where it is known.
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
    // The engine, too, relies on what can be set.
    for (const { path, stat } of newer) if (!(await target.isOfImage(path, stat))) return null;
    return false;
  } catch (error) {
    // If the engine does not tell, this one fact is lost, but no package.
    if (!(error instanceof CollectError)) throw error;
    const { id } = target.container;
    diagnostics.push({ severity: 'info', code: 'scan/drift-unknown', message: error.message, container: id, path: null });
    return null;
  }
}

/** The image's files were last changed when its layers were unpacked. An invalid time does not count as older. */
function isOlder({ modified, changed }: FileStat, created: number): boolean {
  return Date.parse(modified) < created && (changed === null || Number(changed) / 1_000_000 < created);
}
