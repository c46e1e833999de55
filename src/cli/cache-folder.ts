import { join } from 'node:path';

/** The package sets of some hundreds of images. */
export const defaultCacheBytes = 256 * 1024 * 1024;

/** Where the user's programs keep what can be made again: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, homeDirectory: string): string {
  return join(env.XDG_CACHE_HOME || join(homeDirectory, '.cache'), 'supercargo');
}
