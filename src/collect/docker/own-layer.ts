import type { FileStat, Target } from '../target.ts';
import { ContainerSizeAnswer, StorageAnswer } from './answers.ts';
import type { Engine } from './engine.ts';

/** A file, with what it was when it was read. */
interface ReadFile {
  readonly path: string;
  readonly stat: FileStat;
}

/**
 * Whether an engine measures the layer that a container has of its own by the files that lie in it. Docker with overlay2 does; other
 * storage makes it compare the container with its image, by size and time, which root in the container can set.
 * https://docs.docker.com/engine/storage/drivers/overlayfs-driver/
 */
export async function measuresLayers(engine: Engine): Promise<boolean> {
  const { Driver, DriverStatus } = await engine.getJson('/info', StorageAnswer);
  return Driver === 'overlay2' && (DriverStatus ?? []).some(([name, value]) => name === 'Native Overlay Diff' && value === 'true');
}

/**
 * Whether a file lies in the image's layers, whatever size and time root in the container may have given to one in its place: such a
 * file would lie in the container's own layer, whole. Where all of that is smaller than the file it does not. It is asked after the
 * read: what was taken out of the layer in between left a mark there, and would have to be put back in to be seen again.
 */
export async function isOutsideOwnLayer(
  engine: Engine,
  id: string,
  files: Pick<Target, 'stat' | 'realPath'>,
  { path, stat }: ReadFile,
): Promise<boolean> {
  // What is in a folder has sizes of its own, and what lies in volumes lies in no layer.
  if (stat.kind !== 'file' || stat.isInVolume === true) return false;
  const { SizeRw, Mounts } = await engine.getJson(`/containers/${id}/json?size=1`, ContainerSizeAnswer);
  // Where it fails to measure it says -1.
  if ((SizeRw ?? -1) < 0 || (SizeRw as number) >= stat.size) return false;
  if (await isMounted(files, path, Mounts ?? [])) return false;
  const after = await files.stat(path);
  return after?.size === stat.size && after.modified === stat.modified;
}

/** A container has some dozen mounts at the most, and an engine is asked for every folder on the way to each. */
const maxMountFolders = 500;

/** Whether a path leads into a volume. An engine mounts it where links lead, as they are when it is asked: so both paths are followed. */
async function isMounted(files: Pick<Target, 'realPath'>, path: string, mounts: readonly { readonly Destination: string }[]) {
  if (mounts.length === 0) return false;
  const places = mounts.map(({ Destination }) => Destination);
  if (places.reduce((sum, place) => sum + place.split('/').length, 0) > maxMountFolders) return true;
  const [real, ...volumes] = await Promise.all([path, ...places].map((each) => files.realPath(each)));
  return volumes.some((volume) => `${real}/`.startsWith(volume === '/' ? volume : `${volume}/`));
}
