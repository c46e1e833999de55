import type { Harvest } from '../src/join/inventory.ts';
import { defaultConfig } from '../src/model/config.ts';
import type { ContainerScan, FoundContainer } from '../src/model/container-scan.ts';
import type { ClusterDirectory, ClusterObject, Directory, Pod, PodContainer } from '../src/model/directory.ts';
import type { PackageRecord } from '../src/model/package.ts';
import type { UnreadReason } from '../src/model/scan.ts';

/** Little pieces of a fleet, each with what a test does not care about filled in. */

/** The id of a container: 64 hexadecimal digits that begin with the few given. */
export const idOf = (start: string) => start.padEnd(64, '0');

export function packageRecord(name: string, version = '1', more: Partial<PackageRecord> = {}): PackageRecord {
  return { name, version, architecture: 'amd64', sourcePackage: null, licenseDeclared: null, ...more };
}

export function foundContainer(id: string, more: Partial<FoundContainer> = {}): FoundContainer {
  return { id: idOf(id), name: `name-${id}`, runtime: 'docker', labels: {}, image: null, pod: null, isPause: false, ...more };
}

export function podContainer(id: string | null, more: Partial<PodContainer> = {}): PodContainer {
  return {
    id: id && idOf(id),
    runtime: 'docker',
    name: 'main',
    type: 'container',
    state: 'running',
    waitsFor: null,
    startedAt: '2026-01-01T00:00:00Z',
    image: 'test.local/app:1',
    imageId: '',
    ...more,
  };
}

/** An object of a cluster; what its uid is nobody needs to know. */
export function objectOf(kind: string, name: string, more: Partial<ClusterObject> = {}): ClusterObject {
  return { kind, namespace: 'shop', name, uid: `uid-of-${kind}-${name}`, labels: {}, annotations: {}, owner: null, ...more };
}

export function namespaceOf(name: string, labels: ClusterObject['labels'] = {}): ClusterObject {
  return objectOf('Namespace', name, { namespace: null, labels });
}

export function podOf(name: string, containers: readonly PodContainer[], more: Partial<Pod> = {}): Pod {
  const { namespace = 'shop' } = more;
  return {
    ...objectOf('Pod', name),
    uid: `uid-of-${name}`,
    node: 'node-1',
    runtimeClass: null,
    staticUid: null,
    containers,
    ...more,
    namespace,
  };
}

export function clusterOf(pods: readonly Pod[], more: Partial<ClusterDirectory> = {}): ClusterDirectory {
  return {
    ...{ name: 'prod', uid: 'uid-of-prod', version: null, pods, workloads: new Map(), unaskedKinds: new Set<string>() },
    ...{ services: new Map(), namespaces: new Map([['shop', namespaceOf('shop')]]), nodes: null },
    ...more,
  };
}

export const noCluster: Directory = { state: 'absent', clusters: [] };

export function directoryOf(...pods: readonly Pod[]): Directory {
  return { state: 'asked', clusters: [clusterOf(pods)] };
}

/** What a source says of the pod that a container's labels name. */
export function podLabels({ namespace, name, uid }: Pod, container = 'main'): FoundContainer['pod'] {
  return { namespace, name, uid, container };
}

export function scanOf(container: FoundContainer, more: Partial<ContainerScan> = {}): ContainerScan {
  return {
    container,
    by: 'docker',
    startedAt: '2026-01-01T00:00:00Z',
    drift: null,
    collectedAt: '2026-01-02T00:00:00Z',
    status: 'read',
    reason: null,
    message: null,
    system: null,
    databases: [],
    contents: [],
    diagnostics: [],
    ...more,
  };
}

/** A scan that read the packages from a dpkg database. */
export function scanWith(container: FoundContainer, packages: readonly PackageRecord[], more: Partial<ContainerScan> = {}): ContainerScan {
  const database = { type: 'deb', path: '/var/lib/dpkg/status', status: 'read', reason: null, packages: packages.length } as const;
  return scanOf(container, { databases: [database], contents: [{ type: 'deb', packages }], ...more });
}

export function harvestOf(more: Partial<Harvest> = {}): Harvest {
  const scans = more.scans ?? [];
  return {
    generated: '2026-01-03T00:00:00Z',
    generator: { name: 'supercargo', version: '0.0.0' },
    sources: [],
    directory: noCluster,
    scans,
    named: new Set(scans.map(({ container }) => container.id)),
    ended: new Set(),
    looks: [],
    ignored: 0,
    selection: { namespaces: [], excludedNamespaces: [], selector: null },
    config: defaultConfig,
    diagnostics: [],
    ...more,
  };
}

/** A container that holds the packages, and whose it is by its label: null for nobody's. */
export function teamScan(id: string, team: string | null, packages: readonly PackageRecord[]): ContainerScan {
  return scanWith(foundContainer(id, { labels: team === null ? {} : { team } }), packages);
}

/** The same of a pod that nobody could be asked about: nobody knows its team. */
export function strangersScan(id: string, packages: readonly PackageRecord[]): ContainerScan {
  return scanWith(foundContainer(id, { pod: podLabels(podOf('late', [])) }), packages);
}

export function unreadScan(id: string, reason: UnreadReason, more: Partial<ContainerScan> = {}): ContainerScan {
  return scanOf(foundContainer(id), { status: 'unread', reason, ...more });
}
