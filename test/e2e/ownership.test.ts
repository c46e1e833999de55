import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { ok, supercargo } from './commands.ts';
import { apply, namespaceManifest, podManifest, removeFleet, until } from './fleet.ts';

// Whose containers they are, on a real cluster: a label or an annotation in every place where teams write it. What is in the
// containers does not matter here: all of them sleep.
const image = 'test.local/pause:1';
const node = 'node-docker';

const podSpec = {
  nodeName: node,
  terminationGracePeriodSeconds: 0,
  containers: [{ name: 'main', image, imagePullPolicy: 'Never' }],
};
const template = (app: string) => ({ metadata: { labels: { app } }, spec: podSpec });

function workload(kind: 'Deployment' | 'StatefulSet' | 'DaemonSet', name: string, metadata: object = {}) {
  const spec = { selector: { matchLabels: { app: name } }, template: template(name), ...(kind === 'StatefulSet' && { serviceName: name }) };
  return { apiVersion: 'apps/v1', kind, metadata: { namespace: 'own', name, ...metadata }, spec };
}

function service(name: string, app: string, annotations: Readonly<Record<string, string>>) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'own', name, annotations },
    spec: { selector: { app }, ports: [{ port: 80 }] },
  };
}

const cronJob = {
  apiVersion: 'batch/v1beta1',
  kind: 'CronJob',
  metadata: { namespace: 'own', name: 'nightly', labels: { team: 'team-cron' } },
  spec: {
    schedule: '* * * * *',
    concurrencyPolicy: 'Forbid',
    jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
  },
};

const fleet = [
  namespaceManifest('own'),
  namespaceManifest('labelled', { team: 'team-namespace' }),
  podManifest({ namespace: 'labelled', name: 'plain', image, node }),
  podManifest({ namespace: 'labelled', name: 'own-label', image, node, labels: { team: 'team-pod' } }),
  podManifest({ namespace: 'own', name: 'mapped', image, node }),
  podManifest({ namespace: 'own', name: 'overridden', image, node, labels: { team: 'team-pod' } }),
  podManifest({ namespace: 'own', name: 'nobody', image, node }),
  workload('Deployment', 'by-deployment', { labels: { team: 'Payments' } }),
  workload('StatefulSet', 'by-statefulset', { annotations: { owner: 'team-stateful' } }),
  workload('Deployment', 'by-service'),
  service('front', 'by-service', { 'a8r.io/owner': 'team-service' }),
  workload('Deployment', 'by-two-services'),
  service('one', 'by-two-services', { 'a8r.io/owner': 'team-one' }),
  service('two', 'by-two-services', { 'a8r.io/owner': 'team-two' }),
  cronJob,
];

const config = `
ownership:
  aliases:
    team-payments: [Payments]
  mapping:
    - { team: team-mapped, namespace: own, labels: { app: no-such-app } }
    - { team: team-mapped, image: test.local/*, labels: { mapped: "yes" } }
    - { team: team-override, namespace: o?n, labels: { overridden: "*" }, override: true }
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-e2e-'));
  await ok('npm', ['run', '--silent', 'build']);
  await removeFleet();
  await apply(fleet);
  await ok('kubectl', ['label', 'pod', '-n', 'own', 'mapped', 'mapped=yes']);
  await ok('kubectl', ['label', 'pod', '-n', 'own', 'overridden', 'overridden=yes']);
  await writeFile(join(folder, 'supercargo.yaml'), config);
  const phases = ['get', 'pods', '-A', '-o', 'jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}'];
  const names = [
    'plain',
    'own-label',
    'mapped',
    'overridden',
    'nobody',
    'by-deployment',
    'by-statefulset',
    'by-service',
    'by-two-services',
    'nightly',
  ];
  await until('all pods run', 'kubectl', phases, (output) => names.every((name) => new RegExp(`(^| )${name}[^ =]*=Running`).test(output)));
});

afterAll(async () => {
  await removeFleet();
  await ok('kubectl', ['delete', '-f', 'deploy/kubernetes/reader.yaml', '--ignore-not-found']);
  await rm(folder, { recursive: true });
});

const withConfig = () => ['--config', join(folder, 'supercargo.yaml')];

async function collect(
  args: readonly string[] = [],
): Promise<{ readonly inventory: Inventory; readonly code: number | null; readonly stderr: string }> {
  const { code, stdout, stderr } = await supercargo(['collect', '-q', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { inventory: JSON.parse(stdout), code, stderr };
}

const teamIn = ({ containers }: Inventory, pod: string) => containers.find((container) => container.pod?.name?.startsWith(pod))?.team;

describe('the team, and what gave it', () => {
  let inventory: Inventory;
  beforeAll(async () => {
    ({ inventory } = await collect(withConfig()));
  });

  test.each([
    ['a label on the pod, before that of its namespace', 'own-label', 'team-pod', { kind: 'Pod', field: 'label', key: 'team' }],
    [
      'a label on the Deployment alone',
      'by-deployment',
      'team-payments',
      { kind: 'Deployment', name: 'by-deployment', key: 'team', value: 'Payments' },
    ],
    [
      'an annotation on the StatefulSet alone',
      'by-statefulset',
      'team-stateful',
      { kind: 'StatefulSet', field: 'annotation', key: 'owner' },
    ],
    ['a label on the CronJob, two steps up', 'nightly', 'team-cron', { kind: 'CronJob', name: 'nightly', key: 'team' }],
    [
      'an annotation on the Service alone',
      'by-service',
      'team-service',
      { kind: 'Service', name: 'front', field: 'annotation', key: 'a8r.io/owner' },
    ],
    ['a label on the namespace alone', 'plain', 'team-namespace', { kind: 'Namespace', name: 'labelled', namespace: null, key: 'team' }],
    [
      'the mapping, where nothing else does',
      'mapped',
      'team-mapped',
      { kind: 'Config', name: 'supercargo.yaml', key: 'ownership.mapping[1]' },
    ],
    ['an overriding rule of the mapping, before the pod', 'overridden', 'team-override', { kind: 'Config', key: 'ownership.mapping[2]' }],
  ])('%s', (_, pod, name, from) => {
    expect(teamIn(inventory, pod)).toMatchObject({ name, status: 'owned', from });
  });

  test('what was not taken is among the candidates', () => {
    expect(teamIn(inventory, 'own-label')?.candidates).toMatchObject([{ name: 'team-namespace', from: { kind: 'Namespace' } }]);
  });

  test('Services that disagree are reported, and none is chosen', () => {
    expect(teamIn(inventory, 'by-two-services')).toMatchObject({
      name: null,
      status: 'unowned',
      conflict: true,
      candidates: [{ name: 'team-one' }, { name: 'team-two' }],
    });
    expect(inventory.diagnostics.map(({ code }) => code)).toContain('join/services-disagree');
  });

  test('nobody names one: unowned', () => {
    expect(teamIn(inventory, 'nobody')).toMatchObject({ name: null, status: 'unowned', candidates: [], unasked: [] });
  });

  test('namespaces without the workloads that others have are read with them', async () => {
    const { code, inventory: both } = await collect([...withConfig(), '-n', 'own', '-n', 'labelled']);
    expect(code).toBe(0);
    expect(both.sources.map(({ error }) => error)).toEqual(both.sources.map(() => null));
    expect(teamIn(both, 'by-deployment')).toMatchObject({ name: 'team-payments' });
    expect(teamIn(both, 'plain')).toMatchObject({ name: 'team-namespace' });
  });

  test('the workload is the one at the top', () => {
    const workloads = inventory.containers.map(({ pod }) => `${pod?.workload?.kind}/${pod?.workload?.name}`);
    for (const expected of ['Deployment/by-deployment', 'StatefulSet/by-statefulset', 'CronJob/nightly'])
      expect(workloads).toContain(expected);
  });

  test('owner tells the walk, and names the object and the key', async () => {
    const pods = await ok('kubectl', ['get', 'pods', '-n', 'own', '-l', 'app=by-deployment', '-o', 'jsonpath={.items[0].metadata.name}']);
    const { code, stdout } = await supercargo(['owner', `own/${pods}`, '-q', ...withConfig()]);
    expect(code).toBe(0);
    expect(stdout).toContain('Team: team-payments, from label team of Deployment own/by-deployment');
    expect(stdout).toMatch(/^> Deployment +own\/by-deployment +label team: Payments, that is team-payments$/m);
    expect(stdout).toMatch(/^ {2}ReplicaSet +own\/by-deployment-\w+ +names none$/m);
  });

  test('the view coverage counts what gave the teams, and where they are missing', async () => {
    const { stdout } = await supercargo(['report', 'coverage', '-q', '-o', 'json', ...withConfig()]);
    const rows: readonly { finding: string; namespace: string | null; from: { kind: string } | null; containers: number }[] =
      JSON.parse(stdout).rows;
    expect(rows).toContainEqual(
      expect.objectContaining({ finding: 'team-from', from: { kind: 'Service', field: 'annotation', key: 'a8r.io/owner' }, containers: 1 }),
    );
    expect(rows).toContainEqual(expect.objectContaining({ finding: 'unowned', namespace: 'own', containers: 2 }));
    expect(rows).toContainEqual(
      expect.objectContaining({ finding: 'conflict', namespace: 'labelled', teams: ['team-pod', 'team-namespace'], containers: 1 }),
    );
    expect(rows).toContainEqual(expect.objectContaining({ finding: 'undecided', namespace: 'own', containers: 1 }));
  });
});

describe('rights', () => {
  test('an account without any gets one clear line, and exit 2', async () => {
    const kubeconfig = join(process.env.CLUSTER_DIR as string, 'nobody.kubeconfig');
    const { code, stdout, stderr } = await supercargo(['report', '--source', 'kubernetes', '--kubeconfig', kubeconfig, '-q']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/may not read this \(403\).*cannot list resource "pods".*name them with -n/);
  });

  test('the ClusterRole of deploy/ and nothing more gives the full answer', async () => {
    await ok('kubectl', ['apply', '-f', 'deploy/kubernetes/reader.yaml']);
    const kubeconfig = await kubeconfigOf('supercargo', 'supercargo-reader');
    const [all, restricted] = await Promise.all([collect(withConfig()), collect([...withConfig(), '--kubeconfig', kubeconfig])]);
    expect(restricted.inventory.containers.map(({ id, team }) => ({ id, team }))).toEqual(
      all.inventory.containers.map(({ id, team }) => ({ id, team })),
    );
    expect(restricted.inventory.clusters[0]?.uid).toBe(all.inventory.clusters[0]?.uid);
    expect(restricted.inventory.diagnostics.filter(({ code }) => code.startsWith('collect/'))).toEqual([]);
    const rights = await ok('kubectl', ['auth', 'can-i', '--list', '--no-headers', '--kubeconfig', kubeconfig]);
    const beyond = rights.split('\n').filter((line) => !line.startsWith('selfsubject') && !/\[(get|list|get list)\]$/.test(line.trimEnd()));
    expect(beyond).toEqual(['']);
    expect(rights).not.toContain('secrets');
  });

  test('the Role for a single namespace gives that one, and what is outside is not known', async () => {
    await ok('kubectl', ['apply', '-n', 'own', '-f', 'deploy/kubernetes/namespace-reader.yaml']);
    const kubeconfig = await kubeconfigOf('own', 'supercargo-reader');
    const { inventory } = await collect([...withConfig(), '--kubeconfig', kubeconfig, '-n', 'own']);
    expect(teamIn(inventory, 'by-deployment')).toMatchObject({ name: 'team-payments' });
    expect(teamIn(inventory, 'nightly')).toMatchObject({ name: 'team-cron' });
    expect(teamIn(inventory, 'nobody')).toMatchObject({ status: 'unowned', unasked: [] });
    expect(inventory.containers.every(({ pod }) => pod?.namespace === 'own')).toBe(true);
  });

  test('a kind that may not be read costs its step, is said once, and makes teams unknown and not unowned', async () => {
    await ok('kubectl', ['apply', '-n', 'labelled', '-f', '-'], { input: JSON.stringify(podsOnly) });
    await ok('kubectl', ['apply', '-n', 'own', '-f', '-'], { input: JSON.stringify(podsOnly) });
    const kubeconfig = await kubeconfigOf('own', 'pods-only');
    const { inventory, code } = await collect(['--kubeconfig', kubeconfig, '-n', 'own']);
    expect(code).toBe(3);
    expect(teamIn(inventory, 'overridden')).toMatchObject({ name: 'team-pod' });
    expect(teamIn(inventory, 'by-deployment')).toMatchObject({
      name: null,
      status: 'unknown',
      unasked: ['ReplicaSet', 'Service', 'Namespace'],
    });
    const unasked = inventory.diagnostics.filter(({ code: name }) => name === 'collect/workloads-unasked');
    expect(unasked.map(({ message }) => message.split(' ')[4]).sort()).toEqual(['Job', 'ReplicaSet', 'StatefulSet']);
  });
});

const podsOnly = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'pods-only' } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'pods-only' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'pods-only' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pods-only' },
      subjects: [{ kind: 'ServiceAccount', name: 'pods-only' }],
    },
  ],
};

describe('several clusters', () => {
  test('two names of one cluster count once, and one that does not answer makes the result incomplete, not absent', async () => {
    const kubeconfig = await withContexts({ 'prod-a': 'admin', 'prod-b': 'admin', dead: 'dead' });
    const same = await collect([...withConfig(), '--kubeconfig', kubeconfig, '--context', 'prod-*']);
    expect(same.inventory.clusters.map(({ name }) => name)).toEqual(['prod-a']);
    const ids = same.inventory.containers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const half = await collect([...withConfig(), '--kubeconfig', kubeconfig, '--context', 'prod-a', '--context', 'dead']);
    expect(half.code).toBe(3);
    expect(half.inventory.containers.map(({ id }) => id)).toEqual(ids);
    expect(half.inventory.sources.find(({ name }) => name === 'dead')?.error).toContain('Cannot reach the cluster');
  });
});

describe('a cluster that changes', () => {
  test('pods that are deleted while they are listed cost nobody else', async () => {
    await apply([namespaceManifest('many')]);
    const proxy = await openProxy();
    const path = '/api/v1/namespaces/many/pods';
    const names = Array.from({ length: 1200 }, (_, index) => `pod-${index}`);
    // More than two pages of pods that nobody starts, and of which the status says that they run.
    await pMap(names, (name, index) => startNowhere(proxy, path, name, index), { concurrency: 16 });
    const [doomed, staying] = [names.filter((_, index) => index % 4 === 0), names.filter((_, index) => index % 4 !== 0)];
    const deleting = pMap(doomed, (name) => proxy.ask('DELETE', `${path}/${name}?gracePeriodSeconds=0`), { concurrency: 16 });
    for (let round = 0; round < 5; round++) {
      const { inventory } = await collect(['--source', 'kubernetes', '-n', 'many']);
      const listed = new Set(inventory.containers.map(({ pod }) => pod?.name));
      expect(staying.filter((name) => !listed.has(name))).toEqual([]);
    }
    await deleting;
    proxy.close();
  });
});

/** kubectl proxy, for requests by the thousand. */
async function openProxy() {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const address = /[\d.]+:\d+/.exec(String(line))?.[0];
  const ask = async (method: string, path: string, body?: object, type = 'application/json') => {
    const content = body && { headers: { 'Content-Type': type }, body: JSON.stringify(body) };
    const response = await fetch(`http://${address}${path}`, { method, ...content });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  };
  return { ask, close: () => child.kill() };
}

async function startNowhere({ ask }: Awaited<ReturnType<typeof openProxy>>, path: string, name: string, index: number): Promise<void> {
  const spec = { schedulerName: 'nobody', containers: [{ name: 'main', image }] };
  await ask('POST', path, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
  const containerID = `docker://${index.toString(16).padStart(64, '0')}`;
  const status = { name: 'main', image, imageID: '', containerID, ready: true, restartCount: 0, state: { running: {} } };
  await ask(
    'PATCH',
    `${path}/${name}/status`,
    { status: { phase: 'Running', containerStatuses: [status] } },
    'application/merge-patch+json',
  );
}

/** A kubeconfig with the token of a service account. */
async function kubeconfigOf(namespace: string, account: string): Promise<string> {
  const secrets = [
    'get',
    'secrets',
    '-n',
    namespace,
    '-o',
    `jsonpath={.items[?(@.metadata.annotations.kubernetes\\.io/service-account\\.name=="${account}")].data.token}`,
  ];
  await until(`the token of ${account} is made`, 'kubectl', secrets, (output) => output !== '');
  const token = Buffer.from(await ok('kubectl', secrets), 'base64').toString();
  const config = JSON.parse(await ok('kubectl', ['config', 'view', '--raw', '-o', 'json']));
  const users = config.users.map(({ name }: { name: string }) => ({ name, user: { token } }));
  return write(`${namespace}-${account}.kubeconfig`, { ...config, users });
}

/** A kubeconfig with other names for the cluster of the tests, and with one behind which nobody listens. */
async function withContexts(contexts: Readonly<Record<string, 'admin' | 'dead'>>): Promise<string> {
  const config = JSON.parse(await ok('kubectl', ['config', 'view', '--raw', '-o', 'json']));
  const { user } = config.contexts[0].context;
  const clusters = [
    { name: 'admin', cluster: config.clusters[0].cluster },
    { name: 'dead', cluster: { server: 'https://127.0.0.1:1' } },
  ];
  const named = Object.entries(contexts).map(([name, cluster]) => ({ name, context: { cluster, user } }));
  return write('contexts.kubeconfig', { ...config, clusters, contexts: named, 'current-context': 'prod-a' });
}

async function write(name: string, content: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content), { mode: 0o600 });
  await readFile(file);
  return file;
}
