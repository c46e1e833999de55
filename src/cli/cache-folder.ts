import { isAbsolute, join } from 'node:path';

/** The package sets of some hundreds of images. */
export const defaultCacheBytes = 256 * 1024 * 1024;

/**
 * Where the user's programs keep what can be made again: https://specifications.freedesktop.org/basedir-spec/latest/
 * Null where there is no such place: a relative path is none, it would be another one in every folder.
 */
export function findCacheFolder(env: Readonly<Record<string, string | undefined>>, homeDirectory: string): string | null {
  const { XDG_CACHE_HOME = '' } = env;
  const folder = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homeDirectory, '.cache');
  return isAbsolute(folder) ? join(folder, 'supercargo') : null;
}
