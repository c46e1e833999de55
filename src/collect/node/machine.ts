import { readdirSync, readFileSync } from 'node:fs';
import { UsageError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import { type ContainerProcess, hasEnded, innermostPid, readContainerProcess } from './proc.ts';

/** A container of the machine, with its first process, and the number of its processes. */
export interface MachineContainer {
  readonly first: ContainerProcess;
  readonly processes: number;
}

/** USER_HZ is 100 on every processor that Node supports, whatever the kernel's own clock: time(7). */
const millisecondsPerTick = 10;

/** All containers that run on the machine, by id: the control group of every process is looked up. */
export function findContainers(procFolder: string): ReadonlyMap<string, MachineContainer> {
  const running = pidsIn(procFolder).flatMap((pid) => {
    const proc = readContainerProcess(procFolder, pid);
    return proc === null || hasEnded(proc) ? [] : [proc];
  });
  return new Map([...groupBy(running, ({ container }) => container.id)].map(([id, processes]) => [id, containerOf(procFolder, processes)]));
}

function pidsIn(procFolder: string): number[] {
  const names = seeing(procFolder, () => readdirSync(procFolder));
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

function seeing<Result>(procFolder: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new UsageError(
      `Cannot see the processes of this machine: there is no folder ${procFolder}. That takes Linux; --proc-root names another folder.`,
      { cause: error },
    );
  }
}

function containerOf(procFolder: string, processes: readonly ContainerProcess[]): MachineContainer {
  // A container may make groups for its own processes with the id of another container: the real one is less deep.
  const depth = Math.min(...processes.map(({ container }) => container.depth));
  const own = processes.filter(({ container }) => container.depth === depth);
  return { first: firstOf(procFolder, own), processes: own.length };
}

/** The process that was started first: a later one may have another root. If in the same tick, the lowest pid inside counts. */
function firstOf(procFolder: string, processes: readonly ContainerProcess[]): ContainerProcess {
  const start = Math.min(...processes.map(({ startTicks }) => startTicks));
  const candidates = processes.filter(({ startTicks }) => startTicks === start);
  if (candidates.length === 1) return candidates[0] as ContainerProcess;
  const ranked = candidates.map((proc) => ({ proc, inner: innermostPid(procFolder, proc.pid) }));
  return ranked.reduce((best, other) => ((other.inner - best.inner || other.proc.pid - best.proc.pid) < 0 ? other : best)).proc;
}

/** When the machine was booted, in milliseconds since 1970; null if /proc does not tell. */
export function readBootTime(procFolder: string): number | null {
  const [, seconds] = /^btime (\d+)$/m.exec(seeing(procFolder, () => readFileSync(`${procFolder}/stat`, 'latin1'))) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** When a process was started (RFC 3339); null if /proc does not tell, or gives an impossible time. */
export function startOf({ startTicks }: ContainerProcess, bootTime: number | null): string | null {
  const start = new Date(bootTime === null ? Number.NaN : bootTime + startTicks * millisecondsPerTick);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}
