import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { failedAsNull } from '../root-folder/errors.ts';
import { type CgroupContainer, containerOfCgroup } from './cgroup.ts';
import { rootOfNamespace } from './cgroup-namespace.ts';

/** A process, as /proc/<pid>/stat has it: proc_pid_stat(5). */
export interface ProcessStat {
  /** The name of its program, 15 bytes of it at the most. */
  readonly name: string;
  /** One letter: R, S, Z, … */
  readonly state: string;
  /** When it was started, in ticks since the machine was: with the pid it tells the process from every other. */
  readonly startTicks: number;
}

/** A process of a container. */
export interface ContainerProcess extends ProcessStat {
  readonly pid: number;
  readonly container: CgroupContainer;
}

/** Null when the text tells of none. A name may hold parentheses and blanks: its end is the last one. */
export function parseStat(text: string): ProcessStat | null {
  const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  const [state, ...fields] = rest.split(' ');
  // The 22nd field of all.
  const startTicks = Number(fields[18]);
  return name === undefined || state === undefined || !Number.isFinite(startTicks) ? null : { name, state, startTicks };
}

/** The process, if it is one of a container; null when it is not, or has ended. */
export function readContainerProcess(procFolder: string, pid: number): ContainerProcess | null {
  const container = readContainer(procFolder, pid);
  if (container === null) return null;
  const stat = parseStat(readShort(`${procFolder}/${pid}/stat`) ?? '');
  return stat && { pid, container, ...stat };
}

function readContainer(procFolder: string, pid: number): CgroupContainer | null {
  return containerOfCgroup(readShort(`${procFolder}/${pid}/cgroup`) ?? '', rootOfNamespace(procFolder));
}

/** Whether it still runs: a pid is given to another process when its own has ended. */
export function isSameProcess(procFolder: string, { pid, startTicks }: ContainerProcess): boolean {
  const now = parseStat(readShort(`${procFolder}/${pid}/stat`) ?? '');
  return now !== null && now.startTicks === startTicks && !hasEnded(now);
}

/** Whether it still runs, and in that container. */
export function isStillThere(procFolder: string, proc: ContainerProcess): boolean {
  return readContainer(procFolder, proc.pid)?.id === proc.container.id && isSameProcess(procFolder, proc);
}

/** A zombie has no files any more. */
export function hasEnded({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}

/** Its pid in the innermost of its pid namespaces. */
export function innermostPid(procFolder: string, pid: number): number {
  const [, pids] = /^NSpid:\s*(.*)$/m.exec(readText(`${procFolder}/${pid}/status`) ?? '') ?? [];
  const innermost = Number(pids?.split(/\s+/).at(-1) ?? pid);
  return Number.isInteger(innermost) ? innermost : pid;
}

/** Longer names are shown to nobody. */
const maxNameCharacters = 50;

/** The program as it was called, without its folder; null where it does not say. */
export function calledAs(procFolder: string, pid: number): string | null {
  const [name = ''] = readText(`${procFolder}/${pid}/cmdline`)?.split('\0') ?? [];
  return name.replace(/^.*\//, '').slice(0, maxNameCharacters) || null;
}

/** The path of its program, as it is in its own root; null where that cannot be read: one longer than 4096 bytes is told to nobody. */
export function programOf(procFolder: string, pid: number): string | null {
  return failedAsNull(() => readlinkSync(`${procFolder}/${pid}/exe`));
}

/** Most that is read of a process is short, and is read of every one: a whole file takes Node twice as many calls of the system. */
const short = Buffer.allocUnsafe(4096);
const surelyWhole = 3072;

/** What a small file of /proc holds. What is longer than a page may come in pieces, and is read as others are. */
function readShort(path: string): string | null {
  const start = readStart(path, short.length);
  return start !== null && start.length >= surelyWhole ? readText(path) : start;
}

/** Where a file of /proc begins, at most so many bytes of it: the kernel makes no more than is read. Null as of `readText`. */
export function readStart(path: string, bytes: number): string | null {
  return failedAsNull(() => {
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      return short.toString('latin1', 0, readSync(descriptor, short, 0, bytes, 0));
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Null when the process has ended, is not ours to see, or cannot be read: whatever is wrong with one process costs that one alone. The kernel
 * gives a page at a time: with the buffer that is kept for it a list of mounts takes a quarter less than with those of `readFileSync`.
 */
export function readText(path: string): string | null {
  return failedAsNull(() => {
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      let text = '';
      for (let read = -1; read !== 0; text += short.toString('latin1', 0, read)) read = readSync(descriptor, short);
      return text;
    } finally {
      closeSync(descriptor);
    }
  });
}
