import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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

export const pods: readonly FakePod[] = [
  ...members.flatMap(({ name, pod }) => (pod === undefined || name === 'late' ? [] : podOfMember(pod, name))),
  ...elsewhere,
];

/** The nine pods come in three pages. */
export const podsOnPage = 4;

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
