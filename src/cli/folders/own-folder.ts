import { lstatSync } from 'node:fs';

/** Whether it is a folder that nobody else may write to. */
export function isOwn(folder: string): boolean {
  const stats = lstatSync(folder);
  // Windows reports neither owner nor mode; what is in the user's folder there is the user's.
  return stats.isDirectory() && (process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0));
}
