import { hostname } from 'node:os';
import { pause } from '../io/pause.ts';
import type { CollectContext, Collector } from './collector.ts';
import { findContainers, type MachineContainer, readBootTime, startOf } from './node/machine.ts';
import { isStillThere } from './node/proc.ts';
import { holdProcessFiles, type ProcessFiles } from './node/process-files.ts';
import { checkRoot, isPause } from './node/root.ts';
import { type Collected, type Inspection, type Target, UnreadableError } from './target.ts';

/** All containers of this machine, whatever runs them, found by the control groups and roots of its processes. */
export const node: Collector = {
  id: 'node',
  collect: collectNode,
};

/** How many times, and at what interval in milliseconds, to look again at a container that is still being set up. */
const maxWaits = 20;
const waitMilliseconds = 100;

async function collectNode({ plan, env, signal, note }: CollectContext): Promise<Collected | null> {
  const { procFolder } = plan.node;
  const machine = openMachine(procFolder, signal);
  const targets = [...findContainers(procFolder)].map(([id, container]) => targetOf(machine, id, container));
  const name = nodeName(env);
  const running = targets.filter(({ container }) => !container.isPause).length;
  note(`Node ${name} (${procFolder}): ${running} running containers`);
  const source = { kind: 'node', name, version: null, containers: running, error: null } as const;
  return { source, targets, namesAll: false, close: () => {} };
}

/** The name in the cluster if NODE_NAME gives it, otherwise the host name. */
export const nodeName = (env: CollectContext['env']) => env.NODE_NAME || hostname();

/** The machine whose processes are visible in a folder. */
export interface Machine {
  readonly procFolder: string;
  readonly bootTime: number | null;
  /** Ends waiting; its reason is thrown as it is. */
  readonly signal: AbortSignal;
}

export function openMachine(procFolder: string, signal: AbortSignal): Machine {
  return { procFolder, bootTime: readBootTime(procFolder), signal };
}

/** A way to read a container of the machine. */
export function targetOf(machine: Machine, id: string, container: MachineContainer): Target {
  const { procFolder } = machine;
  const { runtime, podUid } = container.first.container;
  let { first } = container;
  let held: ProcessFiles | null = null;

  function release(): void {
    held?.close();
    held = null;
  }

  /** The first process changes when the container is restarted. */
  function findAnew(): boolean {
    const found = findContainers(procFolder).get(id);
    if (found !== undefined) first = found.first;
    return found !== undefined;
  }

  function files(): ProcessFiles {
    if (held === null) throw new UnreadableError('failed', 'It was not inspected before it was read.');
    return held;
  }

  return {
    source: 'node',
    container: {
      ...{ id, name: id.slice(0, 12), runtime, labels: null, image: null },
      pod: podUid === null ? null : { uid: podUid, namespace: null, name: null, container: null },
      isPause: isPause(procFolder, container),
    },
    inspect: async () => {
      release();
      if (!isStillThere(procFolder, first) && !findAnew()) return null;
      const found = await inspect(machine, first);
      held = found && holdProcessFiles(procFolder, first);
      return held && found;
    },
    confirm: async () => isStillThere(procFolder, first),
    release,
    stat: async (path) => files().stat(path),
    open: async (path, maxBytes) => files().open(path, maxBytes),
    readFolder: async (path, accepts, maxBytes) => files().readFolder(path, accepts, maxBytes),
    isOfImage: async () => false,
    changes: async () => null,
    realPath: async (path) => files().realPath(path),
  };
}

async function inspect({ procFolder, bootTime, signal }: Machine, first: MachineContainer['first']): Promise<Inspection | null> {
  for (let waits = 0; ; waits++) {
    const state = checkRoot(procFolder, first);
    if (state === 'ended') return null;
    if (state === 'own') return { startedAt: startOf(first, bootTime), createdAt: null };
    if (waits === maxWaits) throw new UnreadableError('timeout', 'It has been set up all the while, and does not run yet.');
    await pause(waitMilliseconds, signal);
  }
}
