import { isStillThere, readContainerProcess } from '../node/proc.ts';
import { holdProcessFiles } from '../node/process-files.ts';
import { checkRoot } from '../node/root.ts';
import { DanglingLinkError, UnreadableError } from '../target.ts';
import type { ContainerAnswer } from './answers.ts';
import type { ContainerFiles } from './container-files.ts';

/** The root of a container's first process, if the engine is on this machine: reading a file needs no request and no archive. */
export interface ShortWay {
  readonly files: ContainerFiles;
  /** Whether that process still runs: otherwise what was read may be another's. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/**
 * The short way into a container, or null if there is none. An engine that listens on a socket is not necessarily on this machine. The
 * proof is that the pid it names is a process here, in the control group of that very container.
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
 * Whether there may be a mount that never answers, made by the engine, or by the container if it has the rights. The destination of the
 * engine's mounts does not tell where they are: links may have led there, and may lead to them. Docker does not list the three files that
 * it mounts itself.
 */
function mayHaveMounts({ HostConfig, Mounts }: ContainerAnswer): boolean {
  if (!HostConfig || Mounts === undefined) return true;
  const { Privileged = false, CapAdd, Devices } = HostConfig;
  return Privileged || [CapAdd, Devices, Mounts].some((list) => (list ?? []).length > 0);
}

/** Reads by the short way, and asks the engine for what is refused there. */
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
    // What is too large is so for the engine too. Of a dangling link on the way, the engine only says that nothing is there.
    const isLeft = error instanceof UnreadableError && error.reason !== 'too-large' && !(error instanceof DanglingLinkError);
    if (isLeft) return ask();
    throw error;
  };
}
