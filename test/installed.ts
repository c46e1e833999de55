import { spawnSync } from 'node:child_process';

/** Whether a program is there to read what was written. A test that is skipped for the lack of it says so. */
export function installed(program: string): boolean {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!isThere) console.warn(`${program} is not installed: what it would read is not tested.`);
  return isThere;
}
