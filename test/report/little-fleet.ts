import type { Harvest } from '../../src/join/inventory.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { ContainerScan } from '../../src/model/container-scan.ts';
import type { PackageRecord, PackageType } from '../../src/model/package.ts';
import type { System } from '../../src/model/system.ts';
import {
  clusterOf,
  foundContainer,
  harvestOf,
  namespaceOf,
  objectOf,
  packageRecord,
  podContainer,
  podOf,
  scanOf,
  scanWith,
  unreadScan,
} from '../fleet.ts';

// The fleet of fixtures/inventory: two clusters and a machine of its own, with a bit of all that a view can say of containers.

const debian = (versionId: string, name: string): System => ({ id: 'debian', idLike: [], versionId, name: `Debian GNU/Linux ${name}` });
const systems = {
  bookworm: debian('12', '12 (bookworm)'),
  bullseye: debian('11', '11 (bullseye)'),
  alpine: { id: 'alpine', idLike: [], versionId: '3.20.3', name: 'Alpine Linux v3.20' },
  rocky: { id: 'rocky', idLike: ['rhel', 'centos', 'fedora'], versionId: '9.4', name: 'Rocky Linux 9.4 (Blue Onyx)' },
  arch: { id: 'arch', idLike: [], versionId: null, name: 'Arch Linux' },
} satisfies Record<string, System>;

const source = (name: string, version: string) => ({ sourcePackage: { name, version } });
const openssl = (version: string) => packageRecord('openssl', version, source('openssl', version));
const libssl = (version: string, more: Partial<PackageRecord> = {}) =>
  packageRecord('libssl3', version, { ...source('openssl', version), ...more });
const bash = (version: string) => packageRecord('bash', version, { ...source('bash', version.replace(/\+b\d+$/, '')) });

const bookwormOld = [bash('5.2.15-2+b7'), openssl('3.0.9-1'), libssl('3.0.9-1')];
const bookwormNew = [bash('5.2.15-2+b7'), openssl('3.0.14-1~deb12u2'), libssl('3.0.14-1~deb12u2')];
const bullseye = [bash('5.1-2+deb11u1'), openssl('1.1.1w-0+deb11u1')];
const twoArchitectures = [...bookwormNew, libssl('3.0.14-1~deb12u2', { architecture: 'i386' })];
const apk = (version: string) => [
  packageRecord('libssl3', version, { architecture: 'x86_64', ...source('openssl', version) }),
  packageRecord('musl', '1.2.5-r0', { architecture: 'x86_64', ...source('musl', '1.2.5-r0') }),
];
const rpm = [
  packageRecord('bash', '5.1.8-9.el9', { architecture: 'x86_64', ...source('bash', '5.1.8-9.el9') }),
  packageRecord('openssl', '1:3.0.7-27.el9', { architecture: 'x86_64', ...source('openssl', '3.0.7-27.el9') }),
];

const image = (name: string, id: string) => ({ name, id: `sha256:${id.padEnd(64, '0')}`, digest: null, labels: {} });
const paths = { apk: '/lib/apk/db/installed', rpm: '/var/lib/rpm/rpmdb.sqlite', alpm: '/var/lib/pacman/local', opkg: '', deb: '' };

function containerOf(id: string, imageName: string) {
  return foundContainer(id, { image: image(imageName, imageName.length.toString(16)) });
}

function read(id: string, imageName: string, system: System, packages: readonly PackageRecord[], more: Partial<ContainerScan> = {}) {
  return scanWith(containerOf(id, imageName), packages, { system, drift: false, ...more });
}

function readOther(id: string, imageName: string, system: System, type: PackageType, packages: readonly PackageRecord[]) {
  const database = { type, path: paths[type], status: 'read', reason: null, packages: packages.length } as const;
  return scanOf(containerOf(id, imageName), { system, drift: false, databases: [database], contents: [{ type, packages }] });
}

const deployment = (name: string, namespace: string, team?: string) =>
  objectOf('Deployment', name, { namespace, uid: `uid-of-${name}`, labels: team === undefined ? {} : { team } });
const owned = (name: string) => ({ owner: { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: `uid-of-${name}` } });
const pod = (name: string, namespace: string, id: string, more: Parameters<typeof podOf>[2] = {}) =>
  podOf(name, [podContainer(id, { image: `images.example/${namespace}/${name.replace(/-\d+$/, '')}:1` })], { namespace, ...more });

const european = clusterOf(
  [
    pod('web-1', 'shop', 'a1', owned('web')),
    pod('web-2', 'shop', 'a2', owned('web')),
    pod('cart-1', 'shop', 'a3', { labels: { team: 'cart' } }),
    pod('ledger-1', 'payments', 'a4'),
    pod('cards-1', 'payments', 'a5'),
    pod('report-1', 'payments', 'a6', { node: 'node-2' }),
    pod('scratch-1', 'tools', 'a7'),
    pod('static-1', 'tools', 'a8'),
    pod('gone-1', 'tools', 'a9'),
  ],
  {
    ...{ name: 'prod-eu', uid: 'uid-of-prod-eu', workloads: new Map([['uid-of-web', deployment('web', 'shop', 'web')]]) },
    namespaces: new Map([
      ['shop', namespaceOf('shop')],
      ['payments', namespaceOf('payments', { team: 'payments' })],
      ['tools', namespaceOf('tools')],
    ]),
  },
);
const american = clusterOf(
  [pod('search-1', 'search', 'b1', { labels: { team: 'search' } }), pod('index-1', 'search', 'b2', owned('index'))],
  {
    ...{ name: 'prod-us', uid: 'uid-of-prod-us', unaskedKinds: new Set(['apps/v1/Deployment']) },
    namespaces: new Map([['search', namespaceOf('search')]]),
  },
);

export const littleFleet: Harvest = harvestOf({
  sources: [
    { kind: 'docker', name: 'unix:///var/run/docker.sock', version: '20.10.24', containers: 12, error: null },
    { kind: 'kubernetes', name: 'prod-eu', version: 'v1.30.0', containers: 9, error: null },
    { kind: 'kubernetes', name: 'prod-us', version: 'v1.30.0', containers: 2, error: null },
  ],
  directory: { state: 'asked', clusters: [european, american] },
  config: defaultConfig,
  scans: [
    read('a1', 'images.example/shop/web:1', systems.bookworm, bookwormOld),
    read('a2', 'images.example/shop/web:2', systems.bookworm, bookwormNew, { drift: true }),
    read('a3', 'images.example/shop/cart:1', systems.bullseye, bullseye, { drift: null }),
    read('a4', 'images.example/payments/ledger:1', systems.bookworm, twoArchitectures),
    readOther('a5', 'images.example/payments/cards:1', systems.alpine, 'apk', apk('3.3.2-r0')),
    read('a7', 'images.example/tools/scratch:1', systems.bookworm, bookwormOld, { status: 'partial', reason: 'damaged' }),
    scanOf(containerOf('a8', 'images.example/tools/static:1'), { status: 'no-database' }),
    unreadScan('a9', 'gone'),
    readOther('b1', 'images.example/search/search:1', systems.rocky, 'rpm', rpm),
    readOther('b2', 'images.example/search/index:1', systems.alpine, 'apk', apk('3.3.1-r3')),
    readOther('c1', 'archlinux:latest', systems.arch, 'alpm', [packageRecord('openssl', '3.4.0-1', { architecture: 'x86_64' })]),
    unreadScan('c2', 'forbidden', { message: 'The engine refused access to the files.' }),
  ],
});
