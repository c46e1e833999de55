import { mkdirSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { makeCacheFolder } from '../../cache/make-folder.ts';
import { isOwn } from './own-folder.ts';

/** Where Node keeps the compiled program, inside the cache folder. */
export const compiledFolder = (cache: string): string => join(cache, 'compiled');

/**
 * Has Node (22.1 or later) load the compiled program from a folder in the cache, and keep it there. This code runs with the user's rights,
 * so a folder that is another user's, or that others may write to, is not used. Without one, starting only takes longer.
 */
export function keepCompiledCode(findCache: () => string | null): void {
  const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: (folder: string) => unknown };
  if (enableCompileCache === undefined) return;
  try {
    const cache = findCache();
    if (cache === null) return;
    const folder = compiledFolder(cache);
    makeCacheFolder(cache);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwn(cache) && isOwn(folder)) enableCompileCache(folder);
  } catch (error) {
    // A read-only disk, or a user without a home.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
