import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { failedAsNull } from '../root-folder/errors.ts';
import { type CgroupContainer, containerOfCgroup } from './cgroup.ts';
import { rootOfNamespace } from './cgroup-namespace.ts';

/** A process, from /proc/<pid>/stat: proc_pid_stat(5). */
export interface ProcessStat {
  /** The name of its program, at most 15 bytes. */
  readonly name: string;
  /** One letter: R, S, Z, … */
  readonly state: string;
  /** When it was started, in ticks since the machine booted. Pid and start together identify a process uniquely. */
  readonly startTicks: number;
}

/** A process of a container. */
export interface ContainerProcess extends ProcessStat {
  readonly pid: number;
  readonly container: CgroupContainer;
}

/** Null if the text does not describe one. A name may contain parentheses and spaces: it ends at the last parenthesis. */
export function parseStat(text: string): ProcessStat | null {
  const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  const [state, ...fields] = rest.split(' ');
  // The 22nd field overall.
  const startTicks = Number(fields[18]);
  return name === undefined || state === undefined || !Number.isFinite(startTicks) ? null : { name, state, startTicks };
}

/** The process, if it belongs to a container; null if it does not, or has ended. */
export function readContainerProcess(procFolder: string, pid: number): ContainerProcess | null {
  const container = readContainer(procFolder, pid);
  if (container === null) return null;
  const stat = parseStat(readShort(`${procFolder}/${pid}/stat`) ?? '');
  return stat && { pid, container, ...stat };
}

function readContainer(procFolder: string, pid: number): CgroupContainer | null {
  return containerOfCgroup(readShort(`${procFolder}/${pid}/cgroup`) ?? '', rootOfNamespace(procFolder));
}

/** Whether it is still running: after a process has ended, its pid is given to another. */
export function isSameProcess(procFolder: string, { pid, startTicks }: ContainerProcess): boolean {
  const now = parseStat(readShort(`${procFolder}/${pid}/stat`) ?? '');
  return now !== null && now.startTicks === startTicks && !hasEnded(now);
}

/** Whether it is still running, in the same container. */
export function isStillThere(procFolder: string, proc: ContainerProcess): boolean {
  return readContainer(procFolder, proc.pid)?.id === proc.container.id && isSameProcess(procFolder, proc);
}

/** A zombie no longer has any files. */
export function hasEnded({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}

/** Its pid in the innermost of its pid namespaces. */
export function innermostPid(procFolder: string, pid: number): number {
  const [, pids] = /^NSpid:\s*(.*)$/m.exec(readText(`${procFolder}/${pid}/status`) ?? '') ?? [];
  const innermost = Number(pids?.split(/\s+/).at(-1) ?? pid);
  return Number.isInteger(innermost) ? innermost : pid;
}

/** Longer names are not shown. */
const maxNameCharacters = 50;

/** The program as it was called, without its folder; null if this is unknown. */
export function calledAs(procFolder: string, pid: number): string | null {
  const [name = ''] = readText(`${procFolder}/${pid}/cmdline`)?.split('\0') ?? [];
  return name.replace(/^.*\//, '').slice(0, maxNameCharacters) || null;
}

/** The path of its program within its own root; null if it cannot be read: the kernel reveals none longer than 4096 bytes. */
export function programOf(procFolder: string, pid: number): string | null {
  return failedAsNull(() => readlinkSync(`${procFolder}/${pid}/exe`));
}

/** Most reads of a process are short, and every process is read: reading whole files takes Node twice as many system calls. */
const short = Buffer.allocUnsafe(4096);
const surelyWhole = 3072;

/** The content of a small file in /proc. One longer than a page may come in pieces, and is read like others. */
function readShort(path: string): string | null {
  const start = readStart(path, short.length);
  return start !== null && start.length >= surelyWhole ? readText(path) : start;
}

/** The start of a file in /proc, at most `bytes` of it: the kernel generates no more than is read. Null as in `readText`. */
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
 * Null if the process has ended, is not ours to see, or cannot be read: a problem with one process affects that one only. The kernel
 * returns a page at a time: with this reused buffer, a list of mounts takes a quarter less time than with `readFileSync`.
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
