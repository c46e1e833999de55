// Real containers on the engine that DOCKER_HOST names, for the time of a benchmark.
import { execFileSync } from 'node:child_process';
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

/** Images that share their layers and nothing else: each has an id of its own, so that nothing that was read of one counts for another. */
function imagesFrom(base, count) {
  const container = docker('create', base, 'true');
  const images = Array.from({ length: count }, (_, i) => `bench.local/debian:12-${i}`);
  for (const image of images) docker('commit', '--change', `LABEL image=${image}`, container, image);
  docker('rm', container);
  return images;
}
