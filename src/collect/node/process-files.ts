import { ownSteps } from '../root-folder/foothold.ts';
import { holdRootFolder } from '../root-folder.ts';
import type { Target } from '../target.ts';
import { unsafeMounts } from './mounts.ts';
import { type ContainerProcess, isSameProcess } from './proc.ts';
import { rootOf } from './root.ts';

/** The files of a container, through the root of one of its processes. */
export interface ProcessFiles extends Pick<Target, 'stat' | 'open' | 'readFolder' | 'realPath'> {
  readonly close: () => void;
}

/**
 * Holds the root of a process, then checks that its pid still belonged to it. So what is read below the root is the container's own,
 * whoever has the pid later. Null if the process has ended. Having the kernel list its mounts takes longer than everything else: this is
 * skipped if certainly none of them is one that may never answer.
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
