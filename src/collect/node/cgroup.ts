import { posix } from 'node:path';

/** The container that a process is in, according to its control group. */
export interface CgroupContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Null if the path does not tell: below /kubepods all runtimes look alike. */
  readonly runtime: string | null;
  /** Uid of the pod that the container, or one around it, belongs to; null if the path names none. */
  readonly podUid: string | null;
  /** How many containers deep it is, itself included: more than 1 in Docker in Docker, and in kind. */
  readonly depth: number;
}

/** What precedes the id: `docker-<id>.scope`, `…slice:cri-containerd:<id>`, `kata_<id>`. */
const runtimesByPrefix: ReadonlyMap<string, string> = new Map([
  ['docker', 'docker'],
  ['cri-containerd', 'containerd'],
  ['nerdctl', 'containerd'],
  ['crio', 'cri-o'],
  ['libpod', 'podman'],
  ['libpod-payload', 'podman'],
]);

/** The group around a bare id: /docker/<id>. containerd puts its own containers below the name of their namespace. */
const runtimesByParent: ReadonlyMap<string, string> = new Map([
  ['docker', 'docker'],
  ['k8s.io', 'containerd'],
  ['default', 'containerd'],
]);

const containerGroup = /^(?:(?<prefix>.*)[-:_])?(?<id>[0-9a-f]{64})(?:\.scope)?$/;

// Systemd allows no dash in the name of a slice. The uid of a static pod is the MD5 of its manifest.
const podGroup = /pod(?<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])/;

/**
 * The container of a process, from /proc/<pid>/cgroup; null for a process of the machine itself. Lines are `hierarchy:controllers:path`:
 * cgroups(7). In nested containers the innermost counts, so the longest chain of all lines: an engine in a container does not use every
 * hierarchy of version 1. A path of version 2 starts at the root of our own namespace.
 */
export function containerOfCgroup(text: string, root = '/'): CgroupContainer | null {
  // Usually all hierarchies of version 1 have the same path.
  const paths = new Set(text.split('\n').map((line) => pathOf(line, root)));
  const containers = [...paths].map(containerOfPath).filter((container) => container !== null);
  return containers.reduce<CgroupContainer | null>((best, other) => (other.depth > (best?.depth ?? 0) ? other : best), null);
}

function pathOf(line: string, root: string): string {
  const [, hierarchy, path = ''] = /^(\d+):[^:]*:(.*)$/.exec(line) ?? [];
  return hierarchy === '0' && root !== '/' ? posix.join(root, path) : path;
}

function containerOfPath(path: string): CgroupContainer | null {
  const containers: CgroupContainer[] = [];
  let podUid: string | null = null;
  let parent = '';
  for (const group of path.split('/')) {
    podUid = podGroup.exec(group)?.groups?.uid?.replaceAll('_', '-') ?? podUid;
    const { id, prefix } = containerGroup.exec(group)?.groups ?? {};
    // conmon watches a container of CRI-O or Podman from outside.
    const isContainer = id !== undefined && !prefix?.endsWith('conmon');
    if (isContainer) containers.push({ id, runtime: runtimeOf(prefix, parent), podUid, depth: containers.length + 1 });
    parent = group;
  }
  return containers.at(-1) ?? null;
}

function runtimeOf(prefix: string | undefined, parent: string): string | null {
  if (prefix === undefined) return runtimesByParent.get(parent) ?? null;
  return runtimesByPrefix.get(prefix.replace(/^.*:/, '')) ?? null;
}
