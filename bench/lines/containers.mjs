// Running containers: through the engine's archive endpoint with nothing kept from before, and by the short way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startFleet } from '../fleet.mjs';
import { output, program, time } from '../measure.mjs';

const report = [program, 'report', '--source', 'docker', '--quiet', '--allow-incomplete'];
const archive = [...report, '--no-direct', '--no-cache'];
const shortWay = [...report, '--no-cache'];

/** One `docker exec` after another, as Lumogon and many scripts do. */
function execInAll(ids) {
  return ids.reduce((sum, id) => sum + time('docker', ['exec', id, 'dpkg-query', '-W']), 0);
}

const readArchives = (ids) => time(process.execPath, ['bench/read-archives.mjs', ...ids]);

/** B, the least that a program of Node costs that asks Docker. */
const least = { name: '`node -e 0` and `docker ps`', time: () => time(process.execPath, ['-e', '0']) + time('docker', ['ps', '-q']) };

/** What fails is fast: all of them are to be read. */
function checkThatAllAreRead(ids, [, , ...flags]) {
  const { containers, packageSets } = JSON.parse(output(process.execPath, [program, 'collect', ...flags]));
  const read = new Set(containers.filter(({ scan }) => packageSets[scan.packageSet]?.length > 50).map(({ id }) => id));
  const unread = ids.filter((id) => !read.has(id));
  if (unread.length > 0) throw new Error(`${unread.length} of ${ids.length} containers were not read`);
}

function open({ containers = 20, images }, command, otherWay) {
  const { ids, remove } = startFleet(containers, { images });
  checkThatAllAreRead(ids, command);
  return { own: () => time(process.execPath, command), other: () => otherWay(ids), close: remove };
}

/** The same with an engine to which, and from which, all takes 15 ms more. */
async function openFar() {
  const { close, ...ways } = open({ images: 1 }, archive, execInAll);
  const { DOCKER_HOST: near } = process.env;
  const engine = spawn(process.execPath, ['bench/far-engine.mjs', '15'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(engine.stdout, 'data');
  process.env.DOCKER_HOST = String(line).trim();
  return {
    ...ways,
    close: () => {
      engine.stdin.end();
      if (near === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = near;
      close();
    },
  };
}

/** What the first round reads is kept for those that count. */
function openWarm(work, fleet) {
  process.env.XDG_CACHE_HOME = mkdtempSync(join(work, 'cache-'));
  return open(fleet, report, least.time);
}

export const containerLines = [
  {
    id: 'containers-one-image',
    what: 'report of 20 containers of one image, through the archive',
    other: '20 × `docker exec` dpkg-query',
    limit: { ratio: 0.3 },
    runs: 15,
    open: () => open({ images: 1 }, archive, execInAll),
  },
  {
    id: 'containers-one-image-short',
    what: 'the same by the short way',
    other: least.name,
    limit: { ratio: 3 },
    runs: 15,
    open: () => open({ images: 1 }, shortWay, least.time),
  },
  {
    id: 'containers-far',
    what: 'report of 20 containers of one image, through the archive of an engine that is 30 ms away',
    other: 'the same 20 × `docker exec`',
    limit: { ratio: 0.25 },
    runs: 5,
    open: openFar,
  },
  {
    id: 'containers-own-images',
    what: 'report of 20 containers, each of an image of its own, through the archive',
    other: 'the same files out of the archive endpoint, and nothing done with them',
    limit: { ratio: 1.2 },
    runs: 25,
    open: () => open({ images: 20 }, archive, readArchives),
  },
  {
    id: 'containers-own-images-short',
    what: 'the same by the short way',
    other: least.name,
    limit: { ratio: 3.5 },
    runs: 15,
    open: () => open({ images: 20 }, shortWay, least.time),
  },
  {
    id: 'containers-warm-short',
    what: 'report of 100 containers of 5 images, a second run, by the short way',
    other: least.name,
    limit: { ratio: 4 },
    runs: 15,
    open: (work) => openWarm(work, { containers: 100, images: 5 }),
  },
];
