import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failedAsNull } from '../root-folder/errors.ts';

/** More than a node with hundreds of pods has. Whoever may create groups may create any number. */
const maxGroups = 20_000;

/** Kept, because a process stays in its namespace. */
const roots = new Map<string, string>();

/**
 * The control group that is `/` for us, as process 1 sees it. In version 2 a container has its own namespace: it sees its own processes
 * only as `0::/`, and others by the way up and down to them. cgroup_namespaces(7)
 */
export function rootOfNamespace(procFolder: string): string {
  const known = roots.get(procFolder);
  if (known !== undefined) return known;
  const root = findRoot(procFolder);
  roots.set(procFolder, root);
  return root;
}

function findRoot(procFolder: string): string {
  const [, wayUp = ''] = /^0::((?:\/\.\.)+)(?:\/|$)/m.exec(textOf(`${procFolder}/1/cgroup`)) ?? [];
  const groupsSeenBy = (process: string | number) => join(`${procFolder}/${process}/root`, 'sys/fs/cgroup');
  const own = inodeOf(groupsSeenBy('self'));
  if (wayUp === '' || own === null) return '/';
  const depth = wayUp.split('/..').length - 1;
  // If process 1 may not be examined, the kernel's own first process has the same root.
  const pids = textOf(`${procFolder}/2/comm`) === 'kthreadd\n' ? [1, 2] : [1];
  const found = pids.map((pid) => findGroup(groupsSeenBy(pid), own, depth));
  return found.find((group) => group !== null) ?? '/';
}

const textOf = (path: string) => failedAsNull(() => readFileSync(path, 'latin1')) ?? '';

/** Finds the group at a given depth below a folder by its inode, which is the same in every namespace. Returns its path. */
function findGroup(top: string, inode: string, depth: number): string | null {
  let groups = [''];
  let seen = 0;
  for (let level = 0; level < depth; level++) {
    groups = groups.flatMap((group) => (seen > maxGroups ? [] : foldersIn(top + group).map((name) => `${group}/${name}`)));
    seen += groups.length;
  }
  return groups.find((group) => inodeOf(top + group) === inode) ?? null;
}

function foldersIn(path: string): string[] {
  const entries = failedAsNull(() => readdirSync(path, { withFileTypes: true })) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function inodeOf(path: string): string | null {
  const stats = failedAsNull(() => statSync(path, { bigint: true }));
  return stats && `${stats.dev}:${stats.ino}`;
}
