// An API server of a cluster with so many nodes of a hundred containers each, and an agent on each node whose log holds a
// snapshot, on loopback: node bench/simulated-nodes.mjs NODES. Of a hundred nodes one has a silent agent, one a log that cannot
// be had, one a torn log, and one a log that takes two seconds. It prints its address, and ends with its standard input.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { pageOf, serveCluster } from './serve-cluster.mjs';

const nodes = Number(process.argv[2]);
const podsOnNode = 50;
const containersInPod = 2;
const images = 1000;
const imagesOnNode = 10;
const packagesInImage = 250;

const { framesOf, packSnapshot } = await writerOfAgents();

/** What agents write with. */
async function writerOfAgents() {
  const work = mkdtempSync(join(tmpdir(), 'supercargo-nodes-'));
  const outfile = join(work, 'writer.mjs');
  const contents = `export * from './src/collect/snapshot/frames.ts'; export * from './src/collect/snapshot/text.ts';`;
  buildSync({ stdin: { contents, resolveDir: '.' }, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  const writer = await import(outfile);
  rmSync(work, { recursive: true });
  return writer;
}

const idOf = (number) => number.toString(16).padStart(64, '0');
const startedAt = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z/, 'Z');
const running = { running: { startedAt } };
const status = (name, id) => ({ name, containerID: `containerd://${id}`, image: 'bench.local/app:1', imageID: '', state: running });

function podOf(index) {
  const node = Math.floor(index / podsOnNode);
  const containers = Array.from({ length: containersInPod }, (_, at) => status(`c-${at}`, idOf(index * containersInPod + at + 1)));
  const labels = { app: `app-${index % 300}`, team: `team-${index % 40}` };
  return JSON.stringify({
    metadata: { namespace: `ns-${index % 100}`, name: `pod-${index}`, uid: `uid-${index}`, labels },
    spec: { nodeName: `node-${node}` },
    status: { containerStatuses: containers },
  });
}

function agentOf(node) {
  return JSON.stringify({
    metadata: { namespace: 'supercargo', name: `agent-${node}`, uid: `uid-of-agent-${node}`, labels: {} },
    spec: { nodeName: `node-${node}` },
    status: { containerStatuses: [status('agent', idOf(2 ** 40 + node))] },
  });
}

/** Images have most packages in common, as those of one base have. */
const contents = Array.from({ length: images }, (_, image) => {
  const version = (at) => (at % 25 === image % 25 ? `1.${image}-${at}` : `1.0-${at}`);
  const packages = Array.from({ length: packagesInImage }, (_, at) => ({
    ...{ name: `package-${at}`, version: version(at), architecture: 'amd64', licenseDeclared: null },
    sourcePackage: { name: `source-${at}`, version: version(at) },
  }));
  return JSON.stringify({ type: 'deb', packages });
});

const system = { id: 'debian', idLike: [], versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' };
const database = { type: 'deb', path: '/var/lib/dpkg/status', status: 'read', reason: null, packages: packagesInImage };

function logOf(node) {
  const first = node * podsOnNode * containersInPod + 1;
  const containers = Array.from({ length: podsOnNode * containersInPod }, (_, at) =>
    JSON.stringify({
      ...{ id: idOf(first + at), runtime: 'containerd', podUid: null, isPause: false, startedAt, status: 'read', reason: null },
      ...{ message: null, system, databases: [database], contents: [at % imagesOnNode], diagnostics: [] },
    }),
  );
  const own = Array.from({ length: imagesOnNode }, (_, at) => contents[(node * 7 + at * 13) % images]);
  const takenAt = new Date(Date.now() - (node % 100 === 1 ? 3_600_000 : 5000)).toISOString();
  const agent = { name: 'supercargo', version: '0.1.0' };
  const header = { form: 1, agent, node: `node-${node}`, takenAt, looksEvery: 30_000, printsEvery: 600_000 };
  return framesOf(packSnapshot(header, own, containers));
}

// Made once: what is measured is who reads them.
const pods = Array.from({ length: nodes * podsOnNode }, (_, index) => podOf(index));
const agents = Array.from({ length: nodes }, (_, node) => agentOf(node));
const logs = Array.from({ length: nodes }, (_, node) => logOf(node));

async function answerLog(node, lines, response) {
  if (node % 100 === 2) {
    response.writeHead(400).end('{"message":"no log"}');
    return;
  }
  if (node % 100 === 3) await sleep(2000);
  const end = logs[node].slice(-lines);
  response.end((node % 100 === 4 ? end.slice(0, -1) : end).join(''));
}

await serveCluster(
  {
    '/api/v1/pods': (parameters) => pageOf(pods, parameters),
    '/api/v1/namespaces/supercargo/pods': (parameters) => pageOf(agents, parameters),
  },
  (pathname, parameters, response) => {
    const [, node] = /^\/api\/v1\/namespaces\/supercargo\/pods\/agent-(\d+)\/log$/.exec(pathname) ?? [];
    if (node === undefined) return false;
    answerLog(Number(node), Number(parameters.get('tailLines')), response);
    return true;
  },
);
