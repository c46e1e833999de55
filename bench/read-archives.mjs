// The least that a report of containers can cost: of each of them the two files that it needs, through the engine's archive
// endpoint, as many at a time as supercargo reads, and thrown away.
//   node bench/read-archives.mjs CONTAINER…        the engine is that of DOCKER_HOST, unix:// or tcp://
import { Agent, get } from 'node:http';

const AT_A_TIME = 8;
const paths = ['/usr/lib/os-release', '/var/lib/dpkg/status'];

const { protocol, pathname, hostname, port } = new URL(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
const engine = {
  ...(protocol === 'unix:' ? { socketPath: pathname } : { host: hostname, port }),
  agent: new Agent({ keepAlive: true, maxSockets: AT_A_TIME }),
};

function read(path) {
  return new Promise((resolve, reject) => {
    const request = get({ ...engine, path }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
  });
}

const ids = process.argv.slice(2);
await Promise.all(ids.flatMap((id) => paths.map((path) => read(`/containers/${id}/archive?path=${encodeURIComponent(path)}`))));
engine.agent.destroy();
