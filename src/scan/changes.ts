import { posix } from 'node:path';
import type { Target } from '../collect/target.ts';

/**
 * Whether a container changed any of these paths since its image was made; null if the source cannot tell. An engine compares sizes,
 * times, owners and modes: it does not list a file that was given the image's. Listing takes it longer than everything else.
 */
export async function isAnyChanged(target: Target, paths: readonly string[]): Promise<boolean | null> {
  const changes = await target.changes();
  if (changes === null) return null;
  for (const path of paths) if (await isAmong(changes, target, path)) return true;
  return false;
}

async function isAmong(changes: readonly string[], target: Target, path: string): Promise<boolean> {
  if (isNamed(changes, path)) return true;
  // The engine names what changed by its path without links. That is worth asking for only if a change has that name or is on the way.
  const onTheWay = changes.filter((change) => path.startsWith(`${change}/`));
  if (onTheWay.length === 0 && !changes.some((change) => change.includes(posix.basename(path)))) return false;
  const real = await target.realPath(path);
  // A folder is named if anything in it changed. One that is not on the path without links is a link, which led elsewhere before.
  return isNamed(changes, real) || onTheWay.some((change) => !real.startsWith(`${change}/`));
}

/** A folder counts as changed if anything in it is. */
function isNamed(changes: readonly string[], path: string): boolean {
  return changes.some((change) => change === path || change.startsWith(`${path}/`));
}
