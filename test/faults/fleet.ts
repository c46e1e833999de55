import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { framesOf } from '../../src/collect/snapshot/frames.ts';
import { packSnapshot } from '../../src/collect/snapshot/text.ts';
import { snapshotForm } from '../../src/model/snapshot.ts';
import { type FakePod, podOf } from '../fakes/api-server.ts';
import { type FakeContainer, idOf } from '../fakes/engine.ts';

/**
 * A fleet with something of everything that a run asks for: every kind of database, every way to a team, pods of several pages.
 * A run without a fault reads the whole of it: whatever is lost makes a run incomplete.
 */

function filesOf(image: string): Record<string, string> {
  const root = join('fixtures/demo/images', image);
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]));
}

const pacmanPackage = (name: string, version: string) => `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%ARCH%\nx86_64\n\n`;

const files = {
  debian: filesOf('debian-12'),
  alpine: filesOf('alpine-3.20'),
  distroless: filesOf('distroless'),
  rpm: { '/etc/os-release': 'ID=fedora\nVERSION_ID=41\n', '/var/lib/rpm/rpmdb.sqlite': rpmDatabase() },
  pacman: {
    '/etc/os-release': 'ID=arch\n',
    ...Object.fromEntries(
      ['bash', 'curl', 'glibc', 'zlib'].map((name) => [`/var/lib/pacman/local/${name}-1.0-1/desc`, pacmanPackage(name, '1.0-1')]),
    ),
  },
  none: { '/app/server': 'no database here' },
};

function rpmDatabase(): Uint8Array {
  return gunzipSync(readFileSync('fixtures/rpm/sqlite/rpmdb.sqlite.gz'));
}

interface Member {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** namespace/name; none for a container outside the cluster. */
  readonly pod?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly imageLabels?: Readonly<Record<string, string>>;
  readonly modified?: string;
  readonly changes?: readonly string[];
}

const members: readonly Member[] = [
  { name: 'web-1', files: files.debian, pod: 'shop/web-1', image: 'debian' },
  { name: 'web-2', files: files.debian, pod: 'shop/web-2', image: 'debian' },
  { name: 'api', files: files.alpine, pod: 'bank/api' },
  { name: 'ledger', files: files.rpm, pod: 'bank/ledger' },
  { name: 'proxy', files: files.distroless, pod: 'ops/proxy' },
  { name: 'static', files: files.none, pod: 'ops/static' },
  { name: 'arch', files: files.pacman, pod: 'ops/arch' },
  { name: 'late', files: files.alpine, pod: 'shop/late' },
  { name: 'lone', files: { ...files.debian, ...files.alpine }, labels: { team: 'team-lone' } },
  // By its name the first of all: what is asked of it stands for what is asked of the others.
  { name: 'adopted', files: files.alpine, imageLabels: { team: 'team-of-the-image' } },
  {
    ...{ name: 'changed', files: files.debian, labels: { owner: 'team-changed' } },
    ...{ modified: '2026-09-01T00:00:00Z', changes: ['/var', '/var/lib/dpkg', '/var/lib/dpkg/status'] },
  },
];

export const containers: readonly FakeContainer<string | Uint8Array>[] = members.map(({ pod, labels = {}, ...member }) => {
  const [namespace, name] = pod?.split('/') ?? [];
  const ofPod = {
    'io.kubernetes.pod.uid': `uid-of-${namespace}-${name}`,
    'io.kubernetes.pod.namespace': namespace as string,
    'io.kubernetes.pod.name': name as string,
    'io.kubernetes.container.name': 'main',
  };
  return { created: '2026-06-01T00:00:00Z', ...member, labels: pod === undefined ? labels : ofPod };
});

const apps = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, name, uid: `uid-of-${kind}-${name}` });

const facts: Readonly<Record<string, Partial<FakePod>>> = {
  'shop/web-1': { labels: { team: 'team-web' } },
  'shop/web-2': { owner: apps('ReplicaSet', 'web-abc') },
  'bank/api': { labels: { app: 'api' } },
};

const podOfMember = (pod: string, container: string): FakePod => {
  const [namespace = '', name = ''] = pod.split('/');
  return { namespace, name, containers: [{ name: 'main', id: idOf(container), state: 'running' }], ...facts[pod] };
};

const late = podOfMember('shop/late', 'late');

/** Expected of nobody: one ended, one waits. */
const elsewhere: readonly FakePod[] = [
  { namespace: 'far', name: 'done', containers: [{ name: 'main', id: idOf('done'), state: 'terminated' }] },
  { namespace: 'far', name: 'soon', containers: [{ name: 'main', state: 'waiting' }] },
];

/** Of all runs together: a log is recorded once. */
const day = 24 * 60 * 60 * 1000;

/** On nodes that no engine here sees, but agents. */
const seenByAgents = [
  { node: 'node-2', pod: 'bank/vault', name: 'vault', type: 'deb', count: 400 },
  { node: 'node-3', pod: 'shop/till', name: 'till', type: 'apk', count: 5 },
] as const;

const agentOf = (node: string): FakePod => ({
  ...{ namespace: 'supercargo', name: `agent-of-${node}`, node },
  containers: [{ name: 'agent', id: idOf(`agent-of-${node}`), state: 'running' }],
});

export const pods: readonly FakePod[] = [
  ...members.flatMap(({ name, pod }) => (pod === undefined || name === 'late' ? [] : podOfMember(pod, name))),
  ...elsewhere,
  ...seenByAgents.flatMap(({ node, pod, name }) => [{ ...podOfMember(pod, name), node }, agentOf(node)]),
];

/** The thirteen pods come in four pages. */
export const podsOnPage = 4;

/** What the log of an agent holds, by its path: the end of a snapshot whose beginning was rotated away, and two whole ones. */
export const logs: ReadonlyMap<string, readonly string[]> = new Map(
  seenByAgents.map((seen) => {
    const { namespace, name } = agentOf(seen.node);
    const [lost, older, newest] = [3, 2, 1].map((minutes) => snapshotOf(seen, minutes)) as [string[], string[], string[]];
    return [`/api/v1/namespaces/${namespace}/pods/${name}/log`, [...lost.slice(1), ...older, ...newest]];
  }),
);

/** Of a container with so many packages, and of the agent itself, which has none. Long enough for several lines. */
function snapshotOf({ node, name, type, count }: (typeof seenByAgents)[number], minutesAgo: number): string[] {
  const packages = Array.from({ length: count }, (_, at) => ({
    ...{ name: `package-${createHash('sha256').update(String(at)).digest('hex')}`, version: `1.${at}-1` },
    ...{ architecture: 'amd64', sourcePackage: null, licenseDeclared: null },
  }));
  const nothing = { message: null, reason: null, startedAt: null, diagnostics: [], isPause: false, runtime: 'containerd' };
  const system = { id: 'made', idLike: [], versionId: '1', name: 'Made 1' };
  const database = { type, path: '/made', status: 'read', reason: null, packages: count };
  const containers = [
    { ...nothing, id: idOf(name), podUid: null, status: 'read', system, databases: [database], contents: [0] },
    { ...nothing, id: idOf(`agent-of-${node}`), podUid: null, status: 'no-database', system: null, databases: [], contents: [] },
  ];
  const takenAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const header = {
    form: snapshotForm,
    agent: { name: 'supercargo', version: '0' },
    node,
    takenAt,
    looksEvery: 30_000,
    printsEvery: day,
  } as const;
  return framesOf(
    packSnapshot(
      header,
      [JSON.stringify({ type, packages })],
      containers.map((container) => JSON.stringify(container)),
    ),
  );
}

const object = (name: string, more: object = {}) => ({ metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, ...more } });
const list = (items: readonly object[]) => ({ metadata: {}, items });
const service = (name: string, selector: Readonly<Record<string, string>>, team: string) => ({
  metadata: { name, namespace: 'bank', uid: `uid-of-service-${name}`, labels: { team } },
  spec: { selector },
});

export const others: Readonly<Record<string, unknown>> = {
  '/api/v1/namespaces/shop/pods/late': podOf({ ...late, labels: { team: 'team-late' } }),
  '/api/v1/namespaces': list([
    ...['shop', 'bank', 'far'].map((name) => object(name)),
    { metadata: { name: 'ops', uid: 'uid-of-ops', annotations: { 'a8r.io/owner': 'team-ops' } } },
  ]),
  '/api/v1/services': list([service('api', { app: 'api' }, 'team-api'), service('none', { app: 'none' }, 'team-none')]),
  '/apis/apps/v1/replicasets': list([
    object('web-abc', { uid: 'uid-of-ReplicaSet-web-abc', ownerReferences: [apps('Deployment', 'web')] }),
    object('web-old', { ownerReferences: [apps('Deployment', 'web')] }),
  ]),
  '/apis/apps/v1/deployments': list([object('web', { uid: 'uid-of-Deployment-web', labels: { team: 'team-workload' } })]),
};
