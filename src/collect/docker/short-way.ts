import { isStillThere, readContainerProcess } from '../node/proc.ts';
import { holdProcessFiles } from '../node/process-files.ts';
import { checkRoot } from '../node/root.ts';
import { DanglingLinkError, UnreadableError } from '../target.ts';
import type { ContainerAnswer } from './answers.ts';
import type { ContainerFiles } from './container-files.ts';

/** The root of a container's first process, where the engine is on this machine: no request, and no archive, for a file. */
export interface ShortWay {
  readonly files: ContainerFiles;
  /** Whether that process runs still: else what was read may be another's. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/**
 * The short way into a container, or null where there is none. That an engine listens on a socket does not make it one of this
 * machine: what does is a process of the pid that it names in a control group of that very container.
 */
export function findShortWay(procFolder: string, id: string, answer: ContainerAnswer): ShortWay | null {
  try {
    const first = readContainerProcess(procFolder, answer.State.Pid ?? 0);
    if (first?.container.id !== id || checkRoot(procFolder, first) !== 'own') return null;
    const files = holdProcessFiles(procFolder, first, mayHaveMounts(answer));
    return files && { files, isOpen: () => isStillThere(procFolder, first), close: files.close };
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
}

/**
 * Whether anything may be mounted that never answers: by the engine, or by the container, where it has the rights for that. Where the engine
 * mounted something says nothing of where that lies: links may have led it, and may lead to it. Docker does not tell of the three files
 * that it mounts itself.
 */
function mayHaveMounts({ HostConfig, Mounts }: ContainerAnswer): boolean {
  if (!HostConfig || Mounts === undefined) return true;
  const { Privileged = false, CapAdd, Devices } = HostConfig;
  return Privileged || [CapAdd, Devices, Mounts].some((list) => (list ?? []).length > 0);
}

/** Reads by the short way, and what is refused there by the engine. */
export function preferShortWay(way: ContainerFiles, byEngine: ContainerFiles): ContainerFiles {
  return {
    stat: (path) => way.stat(path).catch(unlessRefused(() => byEngine.stat(path))),
    open: (path, maxBytes) => way.open(path, maxBytes).catch(unlessRefused(() => byEngine.open(path, maxBytes))),
    readFolder: (path, accepts, maxBytes) =>
      way.readFolder(path, accepts, maxBytes).catch(unlessRefused(() => byEngine.readFolder(path, accepts, maxBytes))),
    realPath: (path) => way.realPath(path).catch(unlessRefused(() => byEngine.realPath(path))),
  };
}

function unlessRefused<Result>(ask: () => Promise<Result>): (error: unknown) => Promise<Result> {
  return (error) => {
    // What is too large is so for the engine too. Of a link to nowhere on the way to a path it says no more than that nothing is there.
    const isLeft = error instanceof UnreadableError && error.reason !== 'too-large' && !(error instanceof DanglingLinkError);
    if (isLeft) return ask();
    throw error;
  };
}
