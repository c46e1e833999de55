import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the folder of a cache and the one above it, no more: nobody has a cache whose home folder is not there. */
export function makeCacheFolder(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
