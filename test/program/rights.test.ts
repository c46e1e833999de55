import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { views } from '../../src/report/views.ts';
import { makeProc } from '../collect/node/made-proc.ts';
import { type FakePod, fakeApiServer } from '../fakes/api-server.ts';
import { type FakeContainer, type FakeServer, fakeEngine, idOf, type Override, sendJson } from '../fakes/engine.ts';
import { beyond, dockerRights, kubernetesRights, type Rights } from '../rights.ts';
import { program } from './program.ts';

// The fakes record every request, and refuse to close where one was made to which there is no right: so does each test that
// uses them. Here all commands and views run through them, and whatever may make them ask for more.

const open: FakeServer[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-rights-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const server of open.splice(0)) server.close();
});

const stanza = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n';
const osRelease = { '/etc/os-release': 'ID=debian\n' };
const inPod = (name: string) => ({
  'io.kubernetes.pod.uid': `uid-of-shop-${name}`,
  'io.kubernetes.pod.name': name,
  'io.kubernetes.pod.namespace': 'shop',
});

/** One of each kind of package database, some at places that have to be looked for. */
const containers: readonly FakeContainer[] = [
  { name: 'deb', files: { ...osRelease, '/var/lib/dpkg/status': stanza }, labels: inPod('deb'), pid: 10 },
  { name: 'distroless', files: { ...osRelease, '/var/lib/dpkg/status.d/bash': stanza }, labels: inPod('distroless') },
  { name: 'apk', files: { ...osRelease, '/lib/apk/db/installed': 'P:musl\nV:1\n\n', '/usr/lib/apk/db/installed': 'P:musl\nV:1\n\n' } },
  { name: 'rpm', files: { '/usr/lib/sysimage/rpm/rpmdb.sqlite': 'x', '/var/lib/rpm/Packages.db': 'x', '/var/lib/rpm/Packages': 'x' } },
  { name: 'opkg', files: { '/usr/lib/opkg/status': stanza } },
  { name: 'alpm', files: { '/var/lib/pacman/local/bash-1-1/desc': '%NAME%\nbash\n\n%VERSION%\n1-1\n\n' } },
  { name: 'static' },
  { name: 'late', files: { ...osRelease, '/var/lib/dpkg/status': stanza }, labels: inPod('late') },
];

const ownerOf = (apiVersion: string, kind: string, name = 'web') => ({ apiVersion, kind, name, uid: `uid-of-${kind}` });
const podOf = (name: string, owner?: FakePod['owner']): FakePod => ({
  ...{ namespace: 'shop', name, containers: [{ name, id: idOf(name), state: 'running' }] },
  ...(owner && { owner }),
});
const pods = [
  podOf('deb', ownerOf('apps/v1', 'ReplicaSet')),
  podOf('distroless', ownerOf('argoproj.io/v1alpha0', 'Rollout')),
  podOf('old', ownerOf('v1', 'ReplicationController')),
];
const withAgent: readonly FakePod[] = [
  ...pods,
  { namespace: 'supercargo', name: 'agent-1', containers: [{ name: 'agent', id: idOf('agent'), state: 'running' }] },
];
const others = {
  '/apis/argoproj.io': { preferredVersion: { groupVersion: 'argoproj.io/v1alpha1' } },
  '/apis/argoproj.io/v1alpha1': {
    resources: ['rollouts/status', 'rollouts'].map((name) => ({ name, kind: 'Rollout', namespaced: true })),
  },
  '/apis/argoproj.io/v1alpha1/rollouts': {
    metadata: {},
    items: [{ metadata: { name: 'web', namespace: 'shop', uid: 'uid-of-Rollout', labels: { team: 'team-a' } } }],
  },
  '/api/v1': { resources: [{ name: 'secrets', kind: 'Secret', namespaced: true }] },
};

/** An engine whose databases are newer than its containers: it is asked what changed in them, and whose they are. */
const drifting: Override = (request, response) => {
  const state = { State: { Running: true, StartedAt: '2026-11-23T00:00:00Z', Pid: 10 }, Created: '2025-01-01T00:00:00Z' };
  if (/changes$/.test(request.url as string)) sendJson(response, [{ Path: '/etc/passwd' }]);
  else if (/^\/containers\/[0-9a-f]+\/json$/.test(request.url as string)) sendJson(response, state);
  else return false;
  return true;
};

/** A cluster of another identity than the fakes have. */
const uidOf =
  (uid: string): Override =>
  (request, response) => {
    if (request.url !== '/api/v1/namespaces/kube-system') return false;
    sendJson(response, { metadata: { name: 'kube-system', uid } });
    return true;
  };

async function startEngine(override?: Override): Promise<FakeServer> {
  const server = await fakeEngine(containers, override, join(folder, `docker-${open.length}.sock`));
  open.push(server);
  return server;
}

async function startCluster(override?: Override, ownPods: readonly FakePod[] = pods): Promise<FakeServer> {
  const server = await fakeApiServer(ownPods, override, others);
  open.push(server);
  return server;
}

/** A kubeconfig in which each server is a context; what they say of kube-system tells them apart. */
async function kubeconfigOf(servers: readonly FakeServer[]): Promise<string[]> {
  const file = join(folder, 'kubeconfig');
  const names = servers.map((_, index) => `cluster-${index}`);
  const clusters = servers.map(({ address }, index) => ({
    name: names[index],
    cluster: { server: `http://${address}`, 'insecure-skip-tls-verify': true },
  }));
  const contexts = names.map((name) => ({ name, context: { cluster: name, user: 'nobody' } }));
  const users = [{ name: 'nobody', user: {} }];
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters, contexts, users, 'current-context': names[0] }));
  return ['--kubeconfig', file, ...names.flatMap((name) => ['--context', name])];
}

const unseen = (rights: Rights, requests: readonly string[]) =>
  Object.keys(rights).filter((use) => !requests.some((request) => rights[use]?.test(request)));

describe('what is asked', () => {
  test('is read and nothing else, by every command and every view', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: `/docker/${idOf('deb')}`, files: { ...osRelease, '/var/lib/dpkg/status': stanza } });
    const engine = await startEngine(drifting);
    const clusters = [await startCluster(() => false, withAgent), await startCluster(uidOf('another'))];
    const config = join(folder, 'supercargo.yaml');
    await writeFile(config, 'unreadable: [{ nodeLabels: { pool: far }, reason: Far away }]\n');
    const flags = ['--docker-host', `unix://${engine.address}`, '--proc-root', proc.folder, '--config', config];
    const found = [...flags, ...(await kubeconfigOf(clusters))];
    const all = [...found, '--no-cache'];
    for (const view of Object.keys(views)) expect((await program(['report', view, '-q', ...all])).code).toBe(3);
    for (const more of [[], ['--no-direct'], ['-n', 'shop', '-l', 'a=b', '--source', 'docker', '--source', 'kubernetes']])
      expect((await program(['collect', '-q', ...all, ...more])).stdout).toContain('"containers"');
    expect((await program(['owner', 'shop/deb', '-q', ...found])).stdout).toContain('Container deb');
    for (const server of [engine, ...clusters]) expect(server.requests.length).toBeGreaterThan(30);
    expect(clusters[0]?.requests).toContainEqual(expect.stringMatching(/^GET \/api\/v1\/namespaces\/shop\/pods\?.*labelSelector=a%3Db/));
    // No right is there that is of no use.
    expect(unseen(dockerRights, engine.requests)).toEqual([]);
    expect(
      unseen(
        kubernetesRights,
        clusters.flatMap(({ requests }) => requests),
      ),
    ).toEqual([]);
  }, 120_000);

  test.each([401, 403, 404, 410, 429, 500])(
    'is no more where %i is answered',
    async (status) => {
      const refusing =
        (pattern: RegExp): Override =>
        (request, response) => {
          if (!pattern.test(request.url as string)) return false;
          sendJson(response, { message: 'no' }, status, { 'Retry-After': '0' });
          return true;
        };
      const patterns = [/pods/, /services|namespaces|rollouts|replica|version/];
      for (const pattern of patterns) {
        const [engine, cluster] = [await startEngine(refusing(/archive|images/)), await startCluster(refusing(pattern))];
        const flags = ['--docker-host', `unix://${engine.address}`, '--server', `http://${cluster.address}`];
        expect((await program(['collect', '--no-cache', '-q', ...flags])).code).toBeGreaterThan(0);
        expect(cluster.requests.length).toBeGreaterThan(4);
      }
    },
    120_000,
  );

  test('is what the account in deploy/ may do: get and list, nothing of Secrets, and no subresource', () => {
    const rules = readdirSync('deploy/kubernetes').flatMap((file) =>
      parseAllDocuments(readFileSync(join('deploy/kubernetes', file), 'utf8')).flatMap((document) => document.toJS().rules ?? []),
    );
    expect(rules.length).toBeGreaterThan(3);
    for (const { verbs, resources, nonResourceURLs = [] } of rules) {
      expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(verbs));
      expect(resources.filter((resource: string) => !/^(?!secrets$)[a-z]+$|^pods\/log$/.test(resource))).toEqual([]);
      expect(nonResourceURLs).toEqual([]);
    }
  });

  test.each([
    ...['POST /containers/json', 'DELETE /images/x/json', `PUT /containers/${idOf('a')}/archive?path=%2F`],
    ...[`GET /containers/${idOf('a')}/attach/ws`, `GET /containers/${idOf('a')}/logs`, 'GET /containers/a/../../exec/json', 'GET /events'],
  ])('would not be %s of an engine', (request) => {
    expect(beyond(dockerRights, [request])).toEqual([request]);
  });

  test.each([
    ...['POST /api/v1/pods?limit=1', 'PATCH /api/v1/namespaces/shop', 'GET /api/v1/secrets?limit=500', 'GET /metrics', 'GET /api/v1/pods'],
    ...['GET /api/v1/namespaces/shop/secrets?limit=500', 'GET /api/v1/namespaces/shop/secrets/x', 'GET /api/v1/namespaces/shop/pods/..'],
    ...['exec', 'attach', 'portforward', 'proxy', 'proxy/x'].map((below) => `GET /api/v1/namespaces/shop/pods/web/${below}`),
    ...['GET /api/v1/namespaces/shop/pods/web%2Fproxy', 'GET /api/v1/nodes/a/proxy/x', 'GET /apis/../metrics', 'GET /apis/x/..'],
  ])('would not be %s of an API server', (request) => {
    expect(beyond(kubernetesRights, [request])).toEqual([request]);
  });
});

describe('who chooses names', () => {
  test.each(['a b', '../../images', 'x/../../exec/y', ''])(
    'cannot have another path asked for by the id of a container: %j',
    async (Id) => {
      const listing: Override = ({ url }, response) => {
        if (url === '/containers/json') sendJson(response, [{ Id, Names: null, Image: 'x', ImageID: 'y', Labels: null }]);
        return url === '/containers/json';
      };
      const engine = await startEngine(listing);
      const { code, stderr } = await program(['collect', '--source', 'docker', '--docker-host', `unix://${engine.address}`]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('is not what it should be at 0.Id')]);
      // The other question may be on its way yet when the run ends.
      expect(engine.requests.filter((request) => request !== 'HEAD /_ping')).toEqual(['GET /containers/json']);
    },
  );

  test.each([
    ['Secrets', ownerOf('v1', 'Secret')],
    ['what is above the API', ownerOf('../metrics', 'Metrics')],
    ['what is above the groups', ownerOf('..', 'Api')],
  ])('cannot have %s asked for by the owner of a pod', async (_, owner) => {
    const cluster = await startCluster(undefined, [podOf('deb', owner)]);
    const { code, stdout } = await program(['collect', '--source', 'kubernetes', '--server', `http://${cluster.address}`]);
    const { containers: found, diagnostics } = JSON.parse(stdout);
    expect([code, found[0].team.status]).toEqual([3, 'unknown']);
    expect(diagnostics[0]).toMatchObject({
      code: 'collect/workloads-unasked',
      message: expect.stringMatching(/asked for\.$|has no such kind\.$/),
    });
    expect(cluster.requests.filter((request) => /secrets|metrics|GET \/$/.test(request))).toEqual([]);
  });

  test.each([
    ['web/proxy', 'shop'],
    ['..', 'shop'],
    ['web', 'shop/pods/web/proxy'],
    ['web', '..'],
  ])('cannot have anything but a pod asked for by the labels of a container: %s in %s', async (name, namespace) => {
    const labels = { ...inPod('x'), 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace };
    const engine = await fakeEngine([{ name: 'web', labels, files: { '/var/lib/dpkg/status': stanza } }]);
    open.push(engine);
    const cluster = await startCluster(undefined, []);
    const { stdout } = await program(['collect', '--docker-host', `tcp://${engine.address}`, '--server', `http://${cluster.address}`]);
    const { diagnostics } = JSON.parse(stdout);
    expect(diagnostics.map(({ code }: { code: string }) => code)).toEqual(['join/unknown-pod']);
    expect(cluster.requests.map((request) => request.replace(/\?.*/, '')).filter((path) => /proxy|\.\.|%2F/i.test(path))).toEqual([]);
  });
});
