import { lstatSync } from 'node:fs';

/** Whether it is a folder into which nobody else may put anything. */
export function isOwn(folder: string): boolean {
  const stats = lstatSync(folder);
  // Windows tells neither owner nor mode: what is below the user's folder there is the user's.
  return stats.isDirectory() && (process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0));
}
