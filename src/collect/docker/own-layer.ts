import type { FileStat, Target } from '../target.ts';
import { ContainerSizeAnswer, StorageAnswer } from './answers.ts';
import type { Engine } from './engine.ts';

/** A file, with its stat when it was read. */
interface ReadFile {
  readonly path: string;
  readonly stat: FileStat;
}

/**
 * Whether an engine measures a container's own layer by the files in it. Docker with overlay2 does. With other storage it compares the
 * container with its image by size and time, which root in the container can set.
 * https://docs.docker.com/engine/storage/drivers/overlayfs-driver/
 */
export async function measuresLayers(engine: Engine): Promise<boolean> {
  const { Driver, DriverStatus } = await engine.getJson('/info', StorageAnswer);
  return Driver === 'overlay2' && (DriverStatus ?? []).some(([name, value]) => name === 'Native Overlay Diff' && value === 'true');
}

/**
 * Whether a file is in the image's layers, whatever size and time root in the container may have given a replacement: a replacement would
 * be in the container's own layer, in full. So if that whole layer is smaller than the file, there is none. This is checked after the read:
 * removing something from the layer in between leaves a mark there, and it would have to be put back to be seen again.
 */
export async function isOutsideOwnLayer(
  engine: Engine,
  id: string,
  files: Pick<Target, 'stat' | 'realPath'>,
  { path, stat }: ReadFile,
): Promise<boolean> {
  // Files in a folder have sizes of their own, and volumes are in no layer.
  if (stat.kind !== 'file' || stat.isInVolume === true) return false;
  const { SizeRw, Mounts } = await engine.getJson(`/containers/${id}/json?size=1`, ContainerSizeAnswer);
  // -1 means that the engine failed to measure it.
  if ((SizeRw ?? -1) < 0 || (SizeRw as number) >= stat.size) return false;
  if (await isMounted(files, path, Mounts ?? [])) return false;
  const after = await files.stat(path);
  return after?.size === stat.size && after.modified === stat.modified;
}

/** A container has about a dozen mounts at most, and an engine is asked for every folder on the way to each. */
const maxMountFolders = 500;

/** Whether a path leads into a volume. An engine mounts volumes where links lead at the time, so both paths are followed. */
async function isMounted(files: Pick<Target, 'realPath'>, path: string, mounts: readonly { readonly Destination: string }[]) {
  if (mounts.length === 0) return false;
  const places = mounts.map(({ Destination }) => Destination);
  if (places.reduce((sum, place) => sum + place.split('/').length, 0) > maxMountFolders) return true;
  const [real, ...volumes] = await Promise.all([path, ...places].map((each) => files.realPath(each)));
  return volumes.some((volume) => `${real}/`.startsWith(volume === '/' ? volume : `${volume}/`));
}
