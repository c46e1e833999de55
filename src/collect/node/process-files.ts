import { ownSteps } from '../root-folder/foothold.ts';
import { holdRootFolder } from '../root-folder.ts';
import type { Target } from '../target.ts';
import { unsafeMounts } from './mounts.ts';
import { type ContainerProcess, isSameProcess } from './proc.ts';
import { rootOf } from './root.ts';

/** The files of a container by the root of one of its processes. */
export interface ProcessFiles extends Pick<Target, 'stat' | 'open' | 'readFolder' | 'realPath'> {
  readonly close: () => void;
}

/**
 * Holds the root of a process, and makes sure that it was still that process whose root it is: what is read below it is the
 * container's own, whoever has the pid by then. Null when the process has ended. To have the kernel list its mounts takes longer than all
 * else: where surely none of them may never answer, that is spared.
 */
export function holdProcessFiles(procFolder: string, proc: ContainerProcess, mayHaveMounts = true): ProcessFiles | null {
  const files = holdRootFolder(rootOf(procFolder, proc), ownSteps, mayHaveMounts ? unsafeMounts(procFolder, proc) : new Map());
  if (files.stat('/') === null || !isSameProcess(procFolder, proc)) {
    files.close();
    return null;
  }
  return {
    stat: async (path) => files.stat(path),
    open: async (path, maxBytes) => files.open(path, maxBytes),
    readFolder: async (path, accepts, maxBytes) => files.readFolder(path, accepts, maxBytes),
    realPath: async (path) => files.realPath(path),
    close: files.close,
  };
}
