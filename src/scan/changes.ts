import { posix } from 'node:path';
import type { Target } from '../collect/target.ts';

/**
 * Whether a container changed any of these paths since its image was made; null where the source cannot tell. An engine goes by sizes,
 * times, owners and modes: what was given those of the image's is not among what it lists. To list that takes it longer than all else.
 */
export async function isAnyChanged(target: Target, paths: readonly string[]): Promise<boolean | null> {
  const changes = await target.changes();
  if (changes === null) return null;
  for (const path of paths) if (await isAmong(changes, target, path)) return true;
  return false;
}

async function isAmong(changes: readonly string[], target: Target, path: string): Promise<boolean> {
  if (isNamed(changes, path)) return true;
  // The engine names what changed by its path without links. Only where one is of that name, or on the way, is it worth asking for.
  const onTheWay = changes.filter((change) => path.startsWith(`${change}/`));
  if (onTheWay.length === 0 && !changes.some((change) => change.includes(posix.basename(path)))) return false;
  const real = await target.realPath(path);
  // A folder is named when anything in it changed. What is no folder of the path without links is a link, and led elsewhere before.
  return isNamed(changes, real) || onTheWay.some((change) => !real.startsWith(`${change}/`));
}

/** A folder is changed with what is in it. */
function isNamed(changes: readonly string[], path: string): boolean {
  return changes.some((change) => change === path || change.startsWith(`${path}/`));
}
