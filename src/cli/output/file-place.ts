import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where a file is or would be created, with all links followed; the last may lead to a missing file. Throws file system errors. */
export function placeOf(file: string): string {
  const path = missingAsNull(() => realpathSync(file));
  if (path !== null) return path;
  const whole = resolve(file);
  const folder = dirname(whole);
  if (folder === whole) return whole;
  const target = missingAsNull(() => readlinkSync(whole));
  return target === null ? join(placeOf(folder), basename(whole)) : placeOf(resolve(placeOf(folder), target));
}

function missingAsNull<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
