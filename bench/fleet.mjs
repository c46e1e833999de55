// Real containers on the engine that DOCKER_HOST names, for the time of a benchmark.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { debianTar } from './debian.mjs';

const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** Starts containers of so many images. Gives their ids, and what removes them with their images. */
export function startFleet(count, { images: distinct }) {
  const others = docker('ps', '-q').split('\n').filter(Boolean).length;
  if (others > 0) console.error(`${others} other containers run on this engine: a report reads them as well.`);
  const base = 'bench.local/debian:12';
  docker('import', debianTar(), base);
  const images = distinct > 1 ? imagesFrom(base, distinct) : [base];
  const ids = Array.from({ length: count }, (_, i) =>
    docker('run', '-d', '--network', 'none', '--label', 'team=bench', images[i % images.length], 'sleep', 'infinity'),
  );
  return {
    ids,
    remove: () => {
      docker('rm', '-f', ...ids);
      docker('rmi', ...new Set([base, ...images]));
    },
  };
}

/** Images that share their first layer: each has a package and an os-release of its own, so that nothing that was read of one counts for another. */
function imagesFrom(base, count) {
  const container = docker('create', base, 'true');
  const work = mkdtempSync(join(tmpdir(), 'supercargo-bench-'));
  const change = (path, ending) => {
    const file = join(work, basename(path));
    docker('cp', `${container}:${path}`, file);
    const original = readFileSync(file, 'utf8');
    return (number) => {
      writeFileSync(file, original + ending(number));
      docker('cp', file, `${container}:${path}`);
    };
  };
  const stanza = (number) => `\nPackage: only-${number}\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n`;
  const changes = [change('/var/lib/dpkg/status', stanza), change('/usr/lib/os-release', (number) => `VARIANT_ID=${number}\n`)];
  const images = Array.from({ length: count }, (_, i) => `bench.local/debian:12-${i}`);
  for (const [number, image] of images.entries()) {
    for (const apply of changes) apply(number);
    docker('commit', container, image);
  }
  docker('rm', container);
  rmSync(work, { recursive: true });
  return images;
}
