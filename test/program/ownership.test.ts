import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import type { OwnerWalk } from '../../src/model/owner-walk.ts';
import { type FakePod, fakeApiServer, podOf as podAnswer } from '../fakes/api-server.ts';
import { type FakeServer, fakeEngine, idOf, type Override, sendJson } from '../fakes/engine.ts';
import { program } from './program.ts';

const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'uid-of-rollout' };
const owned: FakePod = {
  namespace: 'shop',
  name: 'web-1',
  owner: rollout,
  containers: [{ name: 'web', id: idOf('web'), state: 'running' }],
};
const rollouts = {
  '/apis/argoproj.io/v1alpha1': {
    resources: [
      { name: 'rollouts/status', kind: 'Rollout', namespaced: true },
      { name: 'rollouts', kind: 'Rollout', namespaced: true },
    ],
  },
  '/apis/argoproj.io/v1alpha1/rollouts': {
    metadata: {},
    items: [{ metadata: { name: 'web', namespace: 'shop', uid: 'uid-of-rollout', labels: { team: 'team-a' } } }],
  },
};

const open: FakeServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function cluster(pods: readonly FakePod[], others: Readonly<Record<string, unknown>> = {}, override?: Override) {
  const server = await fakeApiServer(pods, override, others);
  open.push(server);
  return { server, flags: ['--source', 'kubernetes', '--server', `http://${server.address}`] };
}

async function collect(flags: readonly string[]) {
  const { code, stdout, stderr } = await program(['collect', '-q', ...flags]);
  return { code, stderr, inventory: JSON.parse(stdout) as Inventory };
}

const refuse =
  (status: number, ...paths: readonly RegExp[]): Override =>
  (request, response) => {
    if (!paths.some((path) => path.test(request.url as string))) return false;
    sendJson(response, { message: `refused with ${status}` }, status);
    return true;
  };

describe('owners of any kind', () => {
  test('are found by the discovery API, and listed once as metadata', async () => {
    const pods = ['web-1', 'web-2', 'web-3'].map((name) => ({
      ...owned,
      name,
      containers: [{ name, id: idOf(name), state: 'running' as const }],
    }));
    const { server, flags } = await cluster(pods, rollouts);
    const { inventory } = await collect(flags);
    expect(inventory.containers.map(({ team }) => team.name)).toEqual(['team-a', 'team-a', 'team-a']);
    expect(inventory.containers[0]?.pod?.workload).toEqual({ kind: 'Rollout', name: 'web' });
    expect(server.requests.filter((request) => request.includes('rollouts'))).toEqual([
      'GET /apis/argoproj.io/v1alpha1/rollouts?limit=500',
    ]);
  });

  test.each([
    [9, 'team-far'],
    [10, null],
  ])('are followed ten steps up: a label on the one after %i others gives the team %s', async (before, team) => {
    const link = (at: number) => ({ apiVersion: 'example.com/v1', kind: 'Link', name: `link-${at}`, uid: `uid-of-link-${at}` });
    const items = Array.from({ length: 12 }, (_, at) => ({
      metadata: {
        ...{ name: `link-${at}`, namespace: 'shop', uid: `uid-of-link-${at}`, ownerReferences: [{ ...link(at + 1), controller: true }] },
        ...(at === before && { labels: { team: 'team-far' } }),
      },
    }));
    const { server, flags } = await cluster([{ ...owned, owner: link(0) }], {
      '/apis/example.com/v1': { resources: [{ name: 'links', kind: 'Link', namespaced: true }] },
      '/apis/example.com/v1/links': { metadata: {}, items },
    });
    expect((await collect(flags)).inventory.containers[0]?.team.name).toBe(team);
    expect(server.requests.filter((request) => request.includes('/links'))).toHaveLength(1);
  });

  test('are asked by the version that the cluster has, where the pod names an older one', async () => {
    const old = { ...owned, owner: { ...rollout, apiVersion: 'argoproj.io/v1alpha0' } };
    const group = { preferredVersion: { groupVersion: 'argoproj.io/v1alpha1' } };
    const { flags } = await cluster([old], { ...rollouts, '/apis/argoproj.io': group });
    expect((await collect(flags)).inventory.containers[0]?.team.name).toBe('team-a');
  });

  test.each([403, 404, 503])(
    'that answer %s cost their step, and are told once',
    async (status) => {
      const pods = ['web-1', 'web-2'].map((name) => ({
        ...owned,
        name,
        containers: [{ name, id: idOf(name), state: 'running' as const }],
      }));
      const { flags } = await cluster(pods, rollouts, refuse(status, /rollouts/));
      const { code, inventory } = await collect(flags);
      expect(code).toBe(3);
      expect(inventory.containers.map(({ team }) => team.status)).toEqual(['unknown', 'unknown']);
      expect(inventory.diagnostics.map(({ code: name }) => name)).toEqual(['collect/workloads-unasked']);
    },
    60_000,
  );

  test('a Node is where a static pod runs, and not whose it is', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'uid-of-node' };
    const { server, flags } = await cluster([{ ...owned, owner: node }]);
    expect((await collect(flags)).inventory.containers[0]?.team.status).toBe('unowned');
    expect(server.requests.some((request) => request.includes('nodes'))).toBe(false);
  });
});

describe('a pod that came up after the list', () => {
  const late = {
    name: 'late',
    labels: { 'io.kubernetes.pod.uid': 'uid-of-shop-late', 'io.kubernetes.pod.name': 'late', 'io.kubernetes.pod.namespace': 'shop' },
  };
  const path = '/api/v1/namespaces/shop/pods/late';
  const answer = {
    metadata: { namespace: 'shop', name: 'late', uid: 'uid-of-shop-late', ownerReferences: [rollout] },
    spec: { nodeName: 'node-1' },
    status: {
      containerStatuses: [{ name: 'main', image: 'fake:1', imageID: '', containerID: `docker://${idOf('late')}`, state: { running: {} } }],
    },
  };
  const rolloutsOfShop = { '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts': rollouts['/apis/argoproj.io/v1alpha1/rollouts'] };

  async function collectLate(others: Readonly<Record<string, unknown>>, override?: Override) {
    const engine = await fakeEngine([late]);
    open.push(engine);
    const { flags } = await cluster([], others, override);
    return collect([...flags.slice(2), '--docker-host', `tcp://${engine.address}`]);
  }

  test('is asked for again, and its owners too', async () => {
    const { inventory } = await collectLate({ ...rollouts, ...rolloutsOfShop, [path]: answer });
    expect(inventory.containers[0]?.team).toMatchObject({ name: 'team-a', from: { kind: 'Rollout' } });
  });

  test.each([404, 403, 500])(
    'of which the cluster does not tell (%s) costs its team, and not the result',
    async (status) => {
      const { code, inventory } = await collectLate({}, refuse(status, /pods\/late/));
      expect(code).toBe(3);
      expect(inventory.containers.map(({ team }) => team.status)).toEqual(['unknown']);
      expect(inventory.diagnostics.map(({ code: name }) => name)).toEqual(['join/unknown-pod']);
    },
    60_000,
  );
});

test('a container that took the place of another after the pods were listed is asked for again', async () => {
  const listed: FakePod = { namespace: 'shop', name: 'web', containers: [{ name: 'web', id: idOf('before'), state: 'running' }] };
  const labels = { 'io.kubernetes.pod.uid': 'uid-of-shop-web', 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'shop' };
  const engine = await fakeEngine([{ name: 'after', labels }]);
  open.push(engine);
  const restarted = podAnswer({ ...listed, containers: [{ name: 'web', id: idOf('after'), state: 'running' }] });
  const { flags } = await cluster([listed], { '/api/v1/namespaces/shop/pods/web': restarted });
  const { inventory } = await collect([...flags.slice(2), '--docker-host', `tcp://${engine.address}`]);
  expect(inventory.containers.map(({ id, name, pod, scan }) => [id, name, pod?.containerType, scan.reason])).toEqual([
    [idOf('after'), 'web', 'container', null],
    [idOf('before'), 'web', 'container', 'gone'],
  ]);
});

describe('a static pod, which has one uid to the cluster and another to its node', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'of-the-node' };
  const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'uid-of-node' };
  const mirror: FakePod = {
    ...{ namespace: 'shop', name: 'api', labels: { team: 'team-api' }, annotations, owner: node },
    containers: [{ name: 'api', id: idOf('before'), state: 'running' }],
  };
  const labels = { 'io.kubernetes.pod.uid': 'of-the-node', 'io.kubernetes.pod.name': 'api', 'io.kubernetes.pod.namespace': 'shop' };
  const byNow = podAnswer({ ...mirror, containers: [{ name: 'api', id: idOf('after'), state: 'running' }] });

  test.each<[string, readonly FakePod[], readonly string[]]>([
    ['whose container was started again', [mirror], []],
    ['whose container was started again, with -l', [mirror], ['-l', 'team=team-api']],
    ['that came up after the list', [], []],
  ])('%s has its team', async (_, listed, flags) => {
    const engine = await fakeEngine([{ name: 'after', labels }]);
    open.push(engine);
    const { flags: source } = await cluster(listed, { '/api/v1/namespaces/shop/pods/api': byNow });
    const { code, inventory } = await collect([...source.slice(2), ...flags, '--docker-host', `tcp://${engine.address}`]);
    const [after] = inventory.containers;
    expect([code, after?.name, after?.team.name, after?.pod?.uid]).toEqual([0, 'api', 'team-api', 'uid-of-shop-api']);
    expect(inventory.diagnostics).toEqual([]);
  });

  test('that the cluster does not show as it is by now is known by its list', async () => {
    const engine = await fakeEngine([{ name: 'after', labels }]);
    open.push(engine);
    const { flags } = await cluster([mirror], {}, refuse(403, /pods\/api/));
    const { inventory } = await collect([...flags.slice(2), '--docker-host', `tcp://${engine.address}`]);
    expect(inventory.containers.find(({ id }) => id === idOf('after'))?.team.name).toBe('team-api');
  });
});

describe('owner', () => {
  const ofPod = (name: string) => ({
    ...{ 'io.kubernetes.pod.uid': `uid-of-shop-${name}`, 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': 'shop' },
  });
  const web: FakePod = { ...owned, name: 'web', labels: { team: 'team-a' } };

  async function ask(args: readonly string[], override?: Override) {
    const engine = await fakeEngine([{ name: 'web', labels: ofPod('web') }, { name: 'by-hand' }]);
    const { flags } = await cluster([web], rollouts, override);
    open.push(engine);
    return program(['owner', '-q', ...args, ...flags.slice(2), '--docker-host', `tcp://${engine.address}`]);
  }

  test.each(['web', 'by-hand'])('of another namespace than that of -n does not know %s', async (name) => {
    expect(await ask(['-n', 'payments', name])).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: `There is no pod and no running container ${name}. Give a pod as NAMESPACE/NAME, or a container by its name or id.\n`,
    });
    expect((await ask(['-n', 'shop', 'web'])).stdout).toContain('Team: team-a, from label team of Pod shop/web');
    expect((await ask(['by-hand'])).code).toBe(0);
  });

  test('takes a pod as kubectl does: pod/NAME is a pod, and no container of another', async () => {
    const other: FakePod = { namespace: 'shop', name: 'api', containers: [{ name: 'web', id: idOf('api'), state: 'running' }] };
    const { flags } = await cluster([web, other]);
    const podsOf = async (...args: string[]) => {
      const { stdout } = await program(['owner', '-o', 'json', '-q', ...args, ...flags]);
      return (JSON.parse(stdout) as OwnerWalk[]).map(({ pod }) => pod);
    };
    expect(await podsOf('web', '-n', 'shop')).toEqual(['api', 'web']);
    expect(await podsOf('pod/web', '-n', 'shop')).toEqual(['web']);
    expect(await podsOf('po/web')).toEqual(['web']);
  });

  test('says which source did not answer, for it may know more, and is incomplete', async () => {
    const { flags } = await cluster([web], rollouts);
    const args = ['owner', '-q', 'shop/web', ...flags.slice(2), '--docker-host', 'unix:///nonexistent/docker.sock'];
    const { code, stdout, stderr } = await program(args);
    expect(stdout).toContain('Team: team-a');
    expect([code, stderr]).toEqual([3, expect.stringContaining('Cannot reach Docker at unix:///nonexistent/docker.sock')]);
  });

  test('names the containers of a pod that has no node yet', async () => {
    const pending = { ...podAnswer({ ...web, containers: [] }), spec: { containers: [{ name: 'planned', image: 'app:1' }] } };
    const list = { metadata: {}, items: [pending] };
    const { flags } = await cluster([], { ...rollouts, '/api/v1/pods': list, '/api/v1/namespaces/shop/pods': list });
    const { code, stdout } = await program(['owner', '-q', 'shop/web', ...flags]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Container planned of the pod shop\/web, cluster /)]);
    const { stdout: report } = await program(['report', '-q', 'coverage', '-o', 'json', ...flags]);
    expect(JSON.parse(report).coverage.containers.waiting).toBe(1);
  });

  test('says so where a pod has no container', async () => {
    const { flags } = await cluster([{ ...web, containers: [] }], rollouts);
    const { stdout } = await program(['owner', '-q', 'shop/web', ...flags]);
    expect(stdout).toMatch(/^No container yet of the pod shop\/web, cluster /);
  });

  test('says why an object could not be asked', async () => {
    const { flags } = await cluster([web], rollouts, refuse(403, /services/));
    const { stderr } = await program(['owner', 'shop/web', ...flags]);
    expect(stderr).toContain('warning: Services could not be asked for their teams.');
  });
});

describe('the config', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supercargo-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function config(text: string): Promise<string[]> {
    const file = join(folder, 'supercargo.yaml');
    await writeFile(file, text);
    return ['--config', file];
  }

  const pods: FakePod[] = ['web', 'sidecar', 'far'].map((name) => ({
    namespace: name === 'far' ? 'vendor' : 'shop',
    name,
    node: name === 'far' ? 'fargate-1' : 'node-1',
    labels: { app: name },
    containers: [{ name, id: idOf(name), state: 'running' }],
  }));

  test('ignores what it says, and the result says so', async () => {
    const { flags } = await cluster(pods);
    const { inventory } = await collect([...flags, ...(await config('ignore: [{ container: side* }]'))]);
    expect(inventory.containers.map(({ name }) => name).sort()).toEqual(['far', 'web']);
    expect(inventory.diagnostics).toMatchObject([
      { severity: 'info', code: 'join/ignored', message: '1 container is left out: supercargo.yaml ignores them.' },
    ]);
  });

  test('that leaves nothing says so without -v', async () => {
    const { flags } = await cluster(pods);
    const told = async (text: string) => (await program(['report', ...flags, ...(await config(text))])).stderr;
    const line = /^info: \d containers? (is|are) left out: supercargo\.yaml ignores them\.$/m;
    expect(await told('ignore: [{ container: "*" }]')).toMatch(line);
    expect(await told('ignore: [{ container: side* }]')).not.toMatch(line);
  });

  test('names what can never be read: it is shown, and makes nothing incomplete', async () => {
    const { flags } = await cluster(pods);
    const some = await collect([...flags, ...(await config('unreadable: [{ node: fargate-*, reason: No agent can run there }]'))]);
    expect(some.code).toBe(3);
    expect(some.inventory.containers.find(({ name }) => name === 'far')?.scan).toMatchObject({
      status: 'unread',
      reason: 'never-readable',
      message: 'No agent can run there',
    });
    const all = await collect([...flags, ...(await config('unreadable: [{ namespace: [shop, vendor], reason: Not ours }]'))]);
    expect(all.code).toBe(0);
  });

  test('asks for the labels of nodes only when a rule needs them', async () => {
    const nodes = { '/api/v1/nodes': { metadata: {}, items: [{ metadata: { name: 'fargate-1', uid: '1', labels: { pool: 'far' } } }] } };
    const { server, flags } = await cluster(pods, nodes);
    const { inventory } = await collect([...flags, ...(await config('unreadable: [{ nodeLabels: { pool: f* }, reason: Far away }]'))]);
    expect(inventory.containers.filter(({ scan }) => scan.reason === 'never-readable').map(({ name }) => name)).toEqual(['far']);
    expect(server.requests).toContain('GET /api/v1/nodes?limit=500');
  });

  test.each([
    ['ownership: {keys: team}', '1:19: ownership.keys is not a list. Labels and annotations that name a team'],
    ['ownership:\n  key: [team]', '2:3: ownership has no key. It has: keys, aliases, imageLabels, mapping.'],
    [
      'ownership:\n  mapping:\n    - team: a\n    - namespace: b',
      '4:7: ownership.mapping[1].team is missing. The team that owns what fits',
    ],
    ['ignore:\n  - namespace: 3', '2:16: ignore[0].namespace is neither a text nor a list of texts. Namespace, such as [shop, shop-*].'],
    ['ignore:\n  - {}', '2:5: ignore[0] names nothing, and would fit every container.'],
    ['unreadable:\n  - reason: none', '2:5: unreadable[0] names nothing, and would fit every container.'],
    ['ownership:\n  aliases:\n    a: [x]\n    b: [x]', '3:5: ownership.aliases give one spelling to two teams.'],
    ['ownership:\n  keys: []', '2:9: ownership.keys is empty.'],
    ['a: [1', '1:6: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a: 1\na: 2', '2:1: Map keys must be unique'],
    ['- 1', '1:1: the config is not a map.'],
  ])('%j is refused, with its place and what would be right', async (text, message) => {
    const { code, stdout, stderr } = await program(['report', ...(await config(text))]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`supercargo.yaml:${message}`);
  });

  test('tells all that is wrong at once', async () => {
    const { stderr } = await program(['report', ...(await config('ownership: { keys: 1, imageLabels: 2 }\nignored: []'))]);
    expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  });

  test('that is not there is trouble', async () => {
    const { code, stderr } = await program(['report', '--config', join(folder, 'none.yaml')]);
    expect(code).toBe(2);
    expect(stderr).toContain('none.yaml (--config): no such file.');
  });

  test('config view prints what is in effect, and where each setting comes from', async () => {
    const { code, stdout } = await program(['config', 'view', ...(await config('ownership:\n  keys: [squad]\n'))]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(folder, '.')).toBe(
      [
        'ownership:',
        '  keys: [ squad ] # ./supercargo.yaml:2',
        '  aliases: {} # default',
        '  imageLabels: [] # default',
        '  mapping: [] # default',
        'ignore: [] # default',
        'unreadable: [] # default',
        '',
      ].join('\n'),
    );
  });

  test('owner tells the walk in JSON too, and finds by id, name and pod', async () => {
    const { flags } = await cluster(pods);
    const named = await config('ownership: { mapping: [{ team: team-a, workload: none }, { team: team-b, labels: { app: web } }] }');
    for (const name of ['shop/web', 'web', idOf('web').slice(0, 12)]) {
      const { code, stdout } = await program(['owner', name, '-o', 'json', '-q', ...flags, ...named]);
      const walks: OwnerWalk[] = JSON.parse(stdout);
      expect([code, walks.map(({ pod, team }) => [pod, team.name, team.from?.key])]).toEqual([
        0,
        [['web', 'team-b', 'ownership.mapping[1]']],
      ]);
    }
    const { code, stderr } = await program(['owner', 'nothing', '-q', ...flags, ...named]);
    expect([code, stderr]).toEqual([
      2,
      'There is no pod and no running container nothing. Give a pod as NAMESPACE/NAME, or a container by its name or id.\n',
    ]);
  });
});
