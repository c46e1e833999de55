import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates the cache folder and its parent, but nothing above: if the home folder does not exist, there is no cache. */
export function makeCacheFolder(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
