import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Container } from '../../src/model/container.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { install, makeImage, rollOut, separateLogs, uninstall } from './agents.ts';
import { ok, run, supercargo } from './commands.ts';
import { dpkgQuery, packagesOf } from './dpkg.ts';
import { apply, images, makeImages, namespaceManifest, podManifest, until } from './fleet.ts';
import { type CommandLine, stopProcess } from './processes.ts';

const nodes = ['node-docker', 'node-containerd'] as const;
const sleep = ['sleep', 'infinity'];
const labels = { team: 'team-agents' };
const onAgents = { 'made-by': 'supercargo-e2e-agents' };
const fleet = [
  namespaceManifest('agents-e2e', onAgents),
  ...nodes.map((node) => podManifest({ namespace: 'agents-e2e', name: `web-${node}`, image: images.debian, node, labels, command: sleep })),
  podManifest({ namespace: 'agents-e2e', name: 'apk', image: images.alpine, node: 'node-docker', labels }),
  podManifest({ namespace: 'agents-e2e', name: 'rpm', image: images.rpm, node: 'node-docker', labels }),
];
const running = ['apk', 'rpm', 'web-node-containerd', 'web-node-docker'];

const byAgents = ['--source', 'kubernetes', '--wait'];
let folder: string;
let reports: string;

async function removeOwnFleet(): Promise<void> {
  await ok('kubectl', ['delete', 'namespaces', '-l', 'made-by=supercargo-e2e-agents', '--ignore-not-found', '--timeout=120s']);
}

async function collect(args: readonly string[] = byAgents) {
  const { code, stdout, stderr } = await supercargo(['collect', ...args]);
  return { code, inventory: JSON.parse(stdout) as Inventory, stderr };
}

const found = ({ containers }: Inventory) =>
  containers
    .map(({ pod, node, team, scan }) => [pod?.namespace, pod?.workload?.name ?? pod?.name, node, team.name, scan.by, scan.status])
    .sort();

/** The pods of the fleet, and the agents themselves. */
const all = [
  ['agents-e2e', 'apk', 'node-docker', 'team-agents', 'agent', 'read'],
  ['agents-e2e', 'rpm', 'node-docker', 'team-agents', 'agent', 'read'],
  ['agents-e2e', 'web-node-containerd', 'node-containerd', 'team-agents', 'agent', 'read'],
  ['agents-e2e', 'web-node-docker', 'node-docker', 'team-agents', 'agent', 'read'],
  ['supercargo', 'supercargo-agent', 'node-containerd', null, 'agent', 'no-database'],
  ['supercargo', 'supercargo-agent', 'node-docker', null, 'agent', 'no-database'],
];

/** What dpkg would write down of a package. The agent sees it at its next look. */
async function installByHand(pod: string, name: string): Promise<void> {
  const stanza = `Package: ${name}\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n`;
  const script = 'printf "\\n%s\\n" "$0" >> /var/lib/dpkg/status';
  await ok('kubectl', ['exec', '-i', '-n', 'agents-e2e', pod, '--', 'sh', '-c', script, stanza]);
}

const ofDockerAgent = ['ps', '-q', '--filter', 'label=io.kubernetes.container.name=agent'];

async function logOfDockerAgent(): Promise<string> {
  const agent = (await ok('docker', ofDockerAgent)).trim();
  return (await ok('docker', ['inspect', '-f', '{{.LogPath}}', agent])).trim();
}

/** How much of the engine's file of the log the last snapshot takes, in bytes. */
async function sizeOfLastSnapshot(): Promise<number> {
  // What was cut off before is a hole, in which there are zeros.
  const text = (await readFile(await logOfDockerAgent(), 'utf8')).replaceAll('\0', '');
  const lines = text.split('\n').filter((line) => line.startsWith('{"log":"supercargo/1 '));
  const id = lines.at(-1)?.split(' ')[1];
  const own = lines.filter((line) => line.split(' ')[1] === id);
  // Else a log could be rotated only between two snapshots.
  expect(own.length).toBeGreaterThan(1);
  return Buffer.byteLength(`${own.join('\n')}\n`);
}

/** Looks until a change is seen that the agent printed, or the log is torn. What is seen is what there is, or what there was before. */
async function untilSeen(before: readonly string[], now: readonly string[], logBefore: string): Promise<string> {
  await until('the agent prints', 'cat', [await logOfDockerAgent()], (log) => log !== logBefore);
  for (;;) {
    const { inventory } = await collect(['--source', 'kubernetes', '-n', 'agents-e2e']);
    const { scan } = inventory.containers.find(({ pod }) => pod?.name === 'web-node-docker') as Container;
    if (scan.status !== 'read') return `${scan.reason}: ${scan.message}`;
    const seen = packagesOf(inventory, 'agents-e2e', 'web-node-docker');
    if (JSON.stringify(seen) === JSON.stringify(now)) return 'read';
    expect(seen).toEqual(before);
  }
}

async function lookEvery(time: string): Promise<void> {
  const value = ['agent', '--look-every', time];
  const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value }];
  await ok('kubectl', ['patch', '-n', 'supercargo', 'daemonset/supercargo-agent', '--type', 'json', '-p', JSON.stringify(patch)]);
  await rollOut();
}

/** Its containers end with it; the kubelet starts others in their place. */
async function restartEngine(change: (same: CommandLine) => CommandLine): Promise<void> {
  const before = await ok('docker', ofDockerAgent);
  const start = await stopProcess('dockerd', 'SIGTERM');
  start(change);
  await until('another agent runs', 'docker', ofDockerAgent, (output) => output.trim() !== '' && output !== before);
  const others = [
    'ps',
    '-q',
    '--filter',
    'label=io.kubernetes.pod.namespace=agents-e2e',
    '--filter',
    'label=io.kubernetes.docker.type=container',
  ];
  await until('all pods run', 'docker', others, (output) => output.trim().split('\n').length === 3);
}

/** Whether there is an agent on the containerd node. */
async function takeAgentAway(isAway: boolean): Promise<void> {
  const nodeSelector = isAway ? { 'kubernetes.io/hostname': 'node-docker' } : null;
  const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector } } } });
  await ok('kubectl', ['patch', '-n', 'supercargo', 'daemonset/supercargo-agent', '-p', patch]);
  await rollOut();
  const pods = ['get', 'pods', '-n', 'supercargo', '-l', 'app.kubernetes.io/component=agent', '-o', 'name'];
  await until('the agents are those wanted', 'kubectl', pods, (output) => output.trim().split('\n').length === (isAway ? 1 : 2));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-e2e-agents-'));
  await ok('npm', ['run', '--silent', 'build']);
  await makeImages();
  await separateLogs();
  await uninstall();
  await removeOwnFleet();
  await makeImage();
  reports = await install(folder);
  await apply(fleet);
  const phases = ['get', 'pods', '-n', 'agents-e2e', '-o', 'jsonpath={range .items[*]}{.status.phase} {end}'];
  await until('all pods run', 'kubectl', phases, (output) => output.trim() === 'Running '.repeat(running.length).trim());
});

afterAll(async () => {
  await removeOwnFleet();
  await uninstall();
  await rm(folder, { recursive: true });
});

describe('agents alone', () => {
  test('show every container of both nodes, with its team', async () => {
    const { code, inventory } = await collect();
    expect(found(inventory)).toEqual(all);
    expect(code).toBe(0);
  });

  test.each(nodes)('a container of %s has exactly what its own dpkg-query says', async (node) => {
    const expected = await dpkgQuery('agents-e2e', `web-${node}`);
    expect(expected.length).toBeGreaterThan(50);
    expect(packagesOf((await collect()).inventory, 'agents-e2e', `web-${node}`)).toEqual(expected);
  });

  test('see what somebody installs by hand at their next look', async () => {
    await installByHand('web-node-containerd', 'by-hand');
    const args = ['-c', `node dist/supercargo.js collect -q ${byAgents.join(' ')}`];
    await until('the agent looks again', 'sh', args, (output) => output.includes('"by-hand"'));
    const { inventory } = await collect();
    expect(packagesOf(inventory, 'agents-e2e', 'web-node-containerd')).toEqual(await dpkgQuery('agents-e2e', 'web-node-containerd'));
  });

  test('two reports of an unchanged cluster have the same content', async () => {
    const digests = [await collect(), await collect()].map(({ inventory }) => inventory.contentDigest);
    expect(digests[0]).toBe(digests[1]);
  });

  test('together with the engine of one node everything is read once, and by the engine what it can read', async () => {
    const { code, inventory } = await collect(['--source', 'docker', ...byAgents, '-n', 'agents-e2e']);
    const by = inventory.containers.map(({ node, scan }) => `${node} ${scan.by} ${scan.status}`).sort();
    expect(by).toEqual(['node-containerd agent read', ...Array(3).fill('node-docker docker read')]);
    expect(code).toBe(0);
  });
});

test('the CronJob writes the same into its volume: CSV, and an inventory, gzipped, named for cluster and day', async () => {
  // By hand: today's kubectl create job does not know the CronJobs of this cluster.
  const { spec } = JSON.parse(await ok('kubectl', ['get', '-n', 'supercargo', 'cronjob/supercargo-report', '-o', 'json']));
  await apply([{ apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'supercargo', name: 'now' }, spec: spec.jobTemplate.spec }]);
  await ok('kubectl', ['wait', '-n', 'supercargo', '--for=condition=complete', 'job/now', '--timeout=150s']);
  const day = new Date().toISOString().slice(0, 10);
  expect((await readdir(reports)).sort()).toEqual([`cluster-${day}.csv.gz`, `cluster-${day}.json.gz`]);
  const inventory: Inventory = JSON.parse(gunzipSync(await readFile(join(reports, `cluster-${day}.json.gz`))).toString());
  const others = found(inventory).filter(([, name]) => name !== 'now' && name !== 'supercargo-report');
  expect(others).toEqual(all);
  const csv = gunzipSync(await readFile(join(reports, `cluster-${day}.csv.gz`))).toString();
  expect(csv.split('\n').filter((line) => line.includes('team-agents')).length).toBeGreaterThan(50);
  await ok('kubectl', ['delete', 'job', '-n', 'supercargo', 'now', '--wait=true']);
});

test('a log that was rotated away says why there is nothing, until the next snapshot', async () => {
  await truncate(await logOfDockerAgent());
  const { code, inventory } = await collect(['--source', 'kubernetes', '-n', 'agents-e2e']);
  const scans = inventory.containers.map(({ node, scan }) => `${node} ${scan.reason ?? scan.status}`).sort();
  expect([code, scans]).toEqual([3, ['node-containerd read', ...Array(3).fill('node-docker agent-timeout')]]);
  expect(inventory.containers.find(({ node }) => node === 'node-docker')?.scan.message).toContain('rotated');
  await installByHand('web-node-docker', 'by-hand');
  await until(
    'the agent prints again',
    'sh',
    ['-c', `node dist/supercargo.js report -q ${byAgents.join(' ')} >&2; echo $?`],
    (output) => output.trim() === '0',
  );
});

test('a log that the engine rotates again and again gives the last whole snapshot, or says why not', async () => {
  // A log is rotated between two lines: of so much that cannot be packed a snapshot has several.
  const unpacked = `by-hand-${randomBytes(4096).toString('hex')}`;
  await installByHand('web-node-docker', unpacked);
  const args = ['-c', `node dist/supercargo.js collect -q ${byAgents.join(' ')}`];
  await until('the agent looks again', 'sh', args, (output) => output.includes(unpacked));
  // The engine rotates before a line that comes after so many bytes: behind one snapshot, also a longer one, the first line of the next.
  const options = ['--log-opt', `max-size=${(await sizeOfLastSnapshot()) + 1024}`, '--log-opt', 'max-file=2'];
  await restartEngine((dockerd) => [...dockerd, ...options]);
  await lookEvery('2s');
  try {
    const outcomes: string[] = [];
    let before = await dpkgQuery('agents-e2e', 'web-node-docker');
    for (let change = 1; change <= 8; change++) {
      const logBefore = await readFile(await logOfDockerAgent(), 'utf8');
      await installByHand('web-node-docker', `by-hand-${change}`);
      const now = await dpkgQuery('agents-e2e', 'web-node-docker');
      outcomes.push(await untilSeen(before, now, logBefore));
      before = now;
    }
    const torn = outcomes.filter((outcome) => outcome !== 'read');
    expect(torn.length).toBeGreaterThan(0);
    for (const outcome of torn) expect(outcome).toMatch(/^agent-timeout: .* its log was rotated/);
    // One torn snapshot is followed by a whole one.
    expect(outcomes.slice(outcomes.indexOf(torn[0] as string)).includes('read')).toBe(true);
  } finally {
    await lookEvery('30s');
    await restartEngine((dockerd) => dockerd.filter((word) => !options.includes(word)));
  }
});

test('without the agent of a node its containers are unread, which names the node', async () => {
  await takeAgentAway(true);
  try {
    const { code, inventory, stderr } = await collect();
    const unread = inventory.containers.filter(({ scan }) => scan.status === 'unread');
    expect(unread.map(({ pod, scan }) => [pod?.name, scan.reason, scan.message])).toEqual([
      ['web-node-containerd', 'no-agent', 'Nothing here reads the containers of the node node-containerd.'],
    ]);
    expect(stderr).toContain('node-containerd');
    expect(code).toBe(3);
  } finally {
    await takeAgentAway(false);
  }
});

test('the accounts may do what deploy/README.md says, and nothing else', async () => {
  const rightsOf = async (account: string, namespace: string) => {
    const list = await ok('kubectl', ['auth', 'can-i', '--list', '-n', namespace, `--as=system:serviceaccount:supercargo:${account}`]);
    // What every account may ask of itself, and the addresses at which a server tells of itself.
    return list
      .split('\n')
      .filter((line) => /^\S+ +\[\] +\[\]/.test(line) && !line.startsWith('selfsubject'))
      .map((line) => line.replace(/ +/g, ' ').trim());
  };
  const reads = ['pods', 'namespaces'].map((name) => `${name} [] [] [get list]`);
  const lists = [
    'services',
    'replicationcontrollers',
    ...['daemonsets', 'deployments', 'replicasets', 'statefulsets'].map((name) => `${name}.apps`),
    ...['cronjobs', 'jobs'].map((name) => `${name}.batch`),
  ].map((name) => `${name} [] [] [list]`);
  expect((await rightsOf('supercargo-reader', 'default')).sort()).toEqual([...reads, ...lists].sort());
  expect((await rightsOf('supercargo-reader', 'supercargo')).sort()).toEqual([...reads, ...lists, 'pods/log [] [] [get]'].sort());
  expect(await rightsOf('supercargo-agent', 'supercargo')).toEqual([]);
  expect(
    (await run('kubectl', ['auth', 'can-i', 'create', 'pods/exec', '--as=system:serviceaccount:supercargo:supercargo-reader'])).code,
  ).toBe(1);
});
