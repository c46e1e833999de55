// Running containers, through the engine's archive endpoint: nothing is kept from one run to the next.
import { startFleet } from '../fleet.mjs';
import { program, time } from '../measure.mjs';

const containers = 20;
const report = [program, 'report', '--source', 'docker', '--quiet', '--allow-incomplete'];

/** One `docker exec` after another, as Lumogon and many scripts do. */
function execInAll(ids) {
  return ids.reduce((sum, id) => sum + time('docker', ['exec', id, 'dpkg-query', '-W']), 0);
}

function open(imageEach, otherWay) {
  const { ids, remove } = startFleet(containers, { imageEach });
  return { own: () => time(process.execPath, report), other: () => otherWay(ids), close: remove };
}

export const containerLines = [
  {
    id: 'containers-one-image',
    what: `report of ${containers} containers of one image`,
    other: `${containers} × \`docker exec\` dpkg-query`,
    limit: { ratio: 0.3 },
    open: () => open(false, execInAll),
  },
  {
    id: 'containers-own-images',
    what: `report of ${containers} containers, each of an image of its own`,
    other: 'the same files out of the archive endpoint, and nothing done with them',
    limit: { ratio: 1.2 },
    open: () => open(true, (ids) => time(process.execPath, ['bench/read-archives.mjs', ...ids])),
  },
];
