import { statSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';
import type { RootFolder } from '../model/plan.ts';
import { rootFolderRuntime } from '../model/root-folder.ts';
import type { CollectContext, Collector } from './collector.ts';
import { rootFolderFiles } from './root-folder.ts';
import type { Collected, Target } from './target.ts';

/** Unpacked root file systems: folders that are read as if they were containers. */
export const rootfs: Collector = {
  id: 'rootfs',
  collect: collectRootFolders,
};

async function collectRootFolders({ plan, note }: CollectContext): Promise<Collected | null> {
  if (plan.rootFolders.length === 0) return null;
  for (const folder of plan.rootFolders) note(`Root folder ${folder.path}: read as the container ${folder.name}`);
  const targets = plan.rootFolders.map(targetOf);
  const source = { kind: 'rootfs', name: 'root folders', version: null, containers: targets.length, error: null } as const;
  return { source, targets, namesAll: true, close: () => {} };
}

function targetOf(folder: RootFolder): Target {
  if (!statSync(folder.path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`Cannot read the root folder ${folder.path}: it is no folder. Give --rootfs the folder that holds etc and var.`);
  }
  const files = rootFolderFiles(folder.path);
  return {
    source: 'rootfs',
    container: {
      id: `rootfs:${folder.name}`,
      name: folder.name,
      runtime: rootFolderRuntime,
      ...{ labels: {}, image: null, pod: null, isPause: false },
    },
    inspect: async () => ({ startedAt: null, createdAt: null }),
    confirm: async () => true,
    release: () => {},
    stat: async (path) => files.stat(path),
    open: async (path, maxBytes) => files.open(path, maxBytes),
    readFolder: async (path, accepts, maxBytes) => files.readFolder(path, accepts, maxBytes),
    isOfImage: async () => false,
    changes: async () => null,
    realPath: async (path) => files.realPath(path),
  };
}
