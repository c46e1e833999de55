import { mkdirSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { makeCacheFolder } from '../../cache/make-folder.ts';
import { isOwn } from './own-folder.ts';

/** Where Node keeps what it compiled of the program, below the folder of the cache. */
export const compiledFolder = (cache: string): string => join(cache, 'compiled');

/**
 * Has Node, from 22.1 on, take what it compiled of the program from a folder in that of the cache, and keep it there. It is code that
 * runs with the rights of whoever starts it: a folder that is another's, or that others may write to, is not used. Where none is to be
 * had that costs time.
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
    // A disk that is only read, or a user without a home.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
