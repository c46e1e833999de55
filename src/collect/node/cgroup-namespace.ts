import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failedAsNull } from '../root-folder/errors.ts';

/** More than a node with hundreds of pods has; whoever may make groups may make any number. */
const maxGroups = 20_000;

/** A process stays in its namespace. */
const roots = new Map<string, string>();

/**
 * The control group that is `/` to us, as process 1 calls it. In version 2 a container has a namespace of its own: of its own
 * processes it sees no more than `0::/`, and of others the way up and down to them. cgroup_namespaces(7)
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
  // Where process 1 may not be looked into, the kernel's own first process has the same root.
  const pids = textOf(`${procFolder}/2/comm`) === 'kthreadd\n' ? [1, 2] : [1];
  const found = pids.map((pid) => findGroup(groupsSeenBy(pid), own, depth));
  return found.find((group) => group !== null) ?? '/';
}

const textOf = (path: string) => failedAsNull(() => readFileSync(path, 'latin1')) ?? '';

/** The path, below a folder, of the group that is so many levels down and has that inode, which is the same in every namespace. */
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
