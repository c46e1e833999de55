// Records the fleet of `supercargo demo`: starts it on a real cluster, lets the built program report on it through two
// recording proxies, and writes down what Docker and the API server answered. See fixtures/demo/ORIGIN.md.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';

const images = ['debian-11', 'debian-12', 'alpine-3.18', 'alpine-3.20', 'distroless', 'static'];
const dockerSocket = process.env.DOCKER_HOST.replace('unix://', '');
const sleeper = process.argv[2];
if (!sleeper) throw new Error('Give the path of a static program that does nothing: it becomes the command of every container.');

/** namespace/name, image, team label of the pod, node, replicas */
const workloads = [
  ['shop/web', 'debian-12', 'team-shamu', 'node-docker', 2],
  ['shop/cart', 'debian-11', 'team-shamu', 'node-docker', 1],
  ['shop/metrics', 'static', 'team-shamu', 'node-docker', 1],
  ['payments/ledger', 'debian-12', null, 'node-docker', 1],
  ['payments/cards', 'alpine-3.18', null, 'node-docker', 1],
  ['payments/gateway', 'distroless', null, 'node-docker', 1],
  ['search/index', 'alpine-3.20', 'team-keiko', 'node-docker', 2],
  ['search/crawler', 'debian-11', 'team-keiko', 'node-docker', 1],
  ['search/queue', 'alpine-3.20', 'team-keiko', 'node-containerd', 1],
  ['tools/backup', 'debian-12', null, 'node-docker', 1],
];
const namespaces = { shop: {}, payments: { team: 'team-humphrey' }, search: {}, tools: {} };

function run(command, args, input) {
  const { status, stdout, stderr } = spawnSync(command, args, { input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout.toString();
}

function makeImage(name) {
  const tar = ['--sort=name', '--mtime=2026-11-01T00:00:00Z', '--owner=0', '--group=0', '--numeric-owner', '-cf', '-'];
  const { stdout } = spawnSync(
    'sh',
    [
      '-c',
      'd=$(mktemp -d); [ -d "$1" ] && cp -a "$1/." "$d"; cp "$2" "$d/sleeper"; shift 2; cd "$d" && tar "$@" .',
      'sh',
      `fixtures/demo/images/${name}`,
      sleeper,
      ...tar,
    ],
    { maxBuffer: 2 ** 28 },
  );
  const reference = `demo.local/${name.replace(/-(?=\d)/, ':')}${name.includes('-') ? '' : ':1'}`;
  run('docker', ['import', '-c', 'ENTRYPOINT ["/sleeper"]', '-', reference], stdout);
  return reference;
}

function manifest(references) {
  const documents = Object.entries(namespaces).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }));
  for (const [place, image, team, nodeName, replicas] of workloads) {
    const [namespace, name] = place.split('/');
    for (let replica = 1; replica <= replicas; replica++) {
      const metadata = { namespace, name: replicas === 1 ? name : `${name}-${replica}`, labels: { app: name, ...(team && { team }) } };
      const container = { name, image: references[image], imagePullPolicy: 'Never' };
      documents.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { nodeName, terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [container] },
      });
    }
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents });
}

/** Forwards to an upstream and keeps each answer that is 200. */
async function record(upstream, exchanges, trim) {
  const server = createServer((incoming, outgoing) => {
    httpRequest({ ...upstream, method: incoming.method, path: incoming.url, headers: { host: 'localhost' } }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      let body = Buffer.concat(chunks);
      const entry = { request: `${incoming.method} ${incoming.url}`, stat: response.headers['x-docker-container-path-stat'] };
      if (/json/.test(response.headers['content-type'] ?? '') && body.length > 0) {
        entry.json = trim(JSON.parse(body));
        body = Buffer.from(JSON.stringify(entry.json));
      } else if (body.length > 0) entry.archive = body.toString('base64');
      if (response.statusCode === 200) exchanges.set(entry.request, entry);
      outgoing.writeHead(response.statusCode, {
        'content-type': response.headers['content-type'] ?? 'text/plain',
        ...(entry.stat && { 'x-docker-container-path-stat': entry.stat }),
      });
      outgoing.end(body);
    }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Only what supercargo reads, or may read: no paths of the machine on which it was recorded. */
function trim(value, key = '') {
  const dropped = [
    'Mounts',
    'HostConfig',
    'NetworkSettings',
    'managedFields',
    'GraphDriver',
    'Ports',
    'hostIP',
    'podIP',
    'podIPs',
    'HostnamePath',
    'HostsPath',
    'LogPath',
    'ResolvConfPath',
    'volumes',
    'volumeMounts',
  ];
  if (Array.isArray(value)) return value.map((item) => trim(item, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) =>
          !dropped.includes(name) && !name.startsWith('annotation.') && name !== 'kubectl.kubernetes.io/last-applied-configuration',
      )
      .map(([name, inner]) => [name, trim(inner, name)]),
  );
}

/**
 * Containers that agree share one read, and which of them is read is a matter of chance: the archive of every file, and of
 * status.d, of every container is asked for once more.
 */
async function recordArchives(address, exchanges) {
  for (const { request, stat } of [...exchanges.values()]) {
    if (!request.startsWith('HEAD ')) continue;
    const { mode, linkTarget } = JSON.parse(Buffer.from(stat, 'base64').toString());
    const isFolder = mode >= 2 ** 31;
    if (linkTarget === '' && (!isFolder || request.endsWith('status.d'))) await fetch(`http://${address}${request.slice('HEAD '.length)}`);
  }
}

const references = Object.fromEntries(images.map((name) => [name, makeImage(name)]));
run(process.env.CLUSTER_LOAD, [references['alpine-3.20']]);
run('kubectl', ['apply', '-f', '-'], manifest(references));
run('kubectl', ['wait', '--for=condition=Ready', 'pods', '--all', '-A', '--timeout=120s']);
const proxy = spawn('kubectl', ['proxy', '--port=18001'], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(proxy.stdout, 'data');
const docker = new Map();
const kubernetes = new Map();
const dockerProxy = await record({ socketPath: dockerSocket }, docker, trim);
const clusterProxy = await record({ host: '127.0.0.1', port: 18001 }, kubernetes, trim);
const program = spawn(
  process.execPath,
  [
    'dist/supercargo.js',
    'report',
    '--docker-host',
    `tcp://${dockerProxy.url}`,
    '--server',
    `http://${clusterProxy.url}`,
    '--cluster-name',
    'demo',
    '--allow-incomplete',
  ],
  { stdio: 'inherit', env: { ...process.env, KUBECONFIG: '' } },
);
await once(program, 'exit');
await recordArchives(dockerProxy.url, docker);
dockerProxy.close();
clusterProxy.close();
proxy.kill();
run('kubectl', ['delete', '--wait=false', 'namespace', ...Object.keys(namespaces)]);
const lines = (exchanges) =>
  [...exchanges.values()]
    .sort((a, b) => (a.request < b.request ? -1 : 1))
    .map((entry) => JSON.stringify(entry))
    .join(',\n');
writeFileSync('fixtures/demo/fleet.json', `{"docker":[\n${lines(docker)}\n],\n"kubernetes":[\n${lines(kubernetes)}\n]}\n`);
