import { execFileSync } from 'node:child_process';

/** The tests of the built program need it built, once. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
