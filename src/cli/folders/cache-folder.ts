import { isAbsolute, join } from 'node:path';
import { noHome } from './home-folder.ts';

/** The package sets of several hundred images. */
export const defaultCacheBytes = 256 * 1024 * 1024;

/**
 * Where the user's programs keep what can be made again; null for a user without a home. Relative paths must be ignored:
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function findCacheFolder(env: Readonly<Record<string, string | undefined>>, homeDirectory: string): string | null {
  const { XDG_CACHE_HOME = '' } = env;
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'supercargo');
  return homeDirectory === noHome ? null : join(homeDirectory, '.cache', 'supercargo');
}
