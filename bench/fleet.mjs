// Real containers on the engine that DOCKER_HOST names, for the time of a benchmark.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** An image with a Debian in it, made by debootstrap once a machine. */
export function debianImage() {
  const tar = join(tmpdir(), 'supercargo-e2e-debian-12.tar');
  if (!existsSync(tar)) {
    const folder = mkdtempSync(join(tmpdir(), 'supercargo-debian-'));
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', folder], { stdio: 'ignore' });
    execFileSync('tar', ['-C', folder, '-cf', tar, '.']);
    rmSync(folder, { recursive: true });
  }
  docker('import', tar, 'bench.local/debian:12');
  return 'bench.local/debian:12';
}

export function startContainers(image, count) {
  return Array.from({ length: count }, () => docker('run', '-d', '--label', 'team=bench', image, 'sleep', 'infinity'));
}

export function removeContainers(ids) {
  if (ids.length > 0) docker('rm', '-f', ...ids);
}
