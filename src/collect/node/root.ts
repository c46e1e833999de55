import { type BigIntStats, readlinkSync, statSync } from 'node:fs';
import { failedAsNull, missingAsNull } from '../root-folder/errors.ts';
import { rootFolderFiles } from '../root-folder.ts';
import { UnreadableError } from '../target.ts';
import { containerOfCgroup } from './cgroup.ts';
import type { MachineContainer } from './machine.ts';
import { type ContainerProcess, calledAs, programOf, readStart, readText } from './proc.ts';

/** Shows the root of a process to anyone who may trace it: proc_pid_root(5). */
export const rootOf = (procFolder: string, { pid }: ContainerProcess) => `${procFolder}/${pid}/root`;

/** gVisor runs a container in its own kernel, whose files are invisible from outside. It starts itself through /proc/self/exe. */
const gvisorProcess = /^runsc(?:-sandbox|-gofer)?$/;
const maybeGvisor = /^(?:exe$|runsc)/;

/** Machines in which Kata runs a pod. */
const machineProcess = /^(?:qemu-.*|cloud-hypervisor|firecracker|stratovirt)$/;

/** These set a container up: they are in its groups before they are in its root. */
const startingProcess = /^(?:runc|crun|youki)\b/;

/** The root that a container's first process has: the container's own, the machine's before that, or none any more. */
export type RootState = 'own' | 'not-yet' | 'ended';

/** Throws an UnreadableError if the root may not be examined, or will never be that of the container. */
export function checkRoot(procFolder: string, proc: ContainerProcess): RootState {
  if (maybeGvisor.test(proc.name) && gvisorProcess.test(nameOf(procFolder, proc))) throw sandboxed('gVisor');
  const stats = statOf(`${rootOf(procFolder, proc)}/`, proc);
  if (stats === null) return 'ended';
  if (!isRootOfMachine(procFolder, stats)) {
    if (isMount(procFolder, proc) && isTop(procFolder, proc)) return 'own';
    throw leftRoot(nameOf(procFolder, proc), 'a folder in it');
  }
  if (startingProcess.test(proc.name)) return 'not-yet';
  const name = nameOf(procFolder, proc);
  throw machineProcess.test(name) ? sandboxed(`a machine of its own (${name})`) : leftRoot(name, 'that of the machine');
}

const nameOf = (procFolder: string, { pid, name }: ContainerProcess) => calledAs(procFolder, pid) ?? name;

const leftRoot = (name: string, root: string) =>
  new UnreadableError('failed', `Its first process (${name}) has left the root of the container for ${root}.`);

const sandboxed = (where: string) => new UnreadableError('sandboxed', `It runs in ${where}, which shows its files to nobody outside.`);

function statOf(path: string, { pid }: ContainerProcess): BigIntStats | null {
  try {
    return missingAsNull(() => statSync(path, { bigint: true }));
  } catch (error) {
    if (!(error instanceof UnreadableError) || error.reason !== 'forbidden') throw error;
    const message = `The root of its process ${pid} may not be looked into: that takes root's rights, in a pod hostPID and the capability SYS_PTRACE.`;
    throw new UnreadableError('forbidden', message, { cause: error });
  }
}

function isRootOfMachine(procFolder: string, { dev, ino }: BigIntStats): boolean {
  const root = rootsOfMachines.get(procFolder) ?? rootOfMachine(procFolder);
  if (root !== null) rootsOfMachines.set(procFolder, root);
  return root !== null && root.dev === dev && root.ino === ino;
}

/** By process folder. A machine has its root before it starts anything; one that was not seen is not kept, as it may be seen later. */
const rootsOfMachines = new Map<string, BigIntStats>();

/**
 * The root of process 1, or if that may not be examined, of the kernel's own first process, which never leaves it. If there is neither, our
 * own root stands for it, unless we are in a container ourselves.
 */
function rootOfMachine(procFolder: string): BigIntStats | null {
  const first = rootStats(`${procFolder}/1/root`);
  if (first !== null) return first;
  if (readText(`${procFolder}/2/comm`) === 'kthreadd\n') return rootStats(`${procFolder}/2/root`);
  const isContained = containerOfCgroup(readText(`${procFolder}/self/cgroup`) ?? '') !== null;
  return isContained ? null : rootStats('');
}

const rootStats = (root: string) => missingAsNull(() => statSync(`${root}/`, { bigint: true }), ['EACCES', 'EPERM']);

/** The root of a container is a mount, which its process sees at `/`; a folder that it changed its root to is not. proc_pid_mountinfo(5) */
function isMount(procFolder: string, { pid }: ContainerProcess): boolean {
  const path = `${procFolder}/${pid}/mountinfo`;
  // Usually it comes first, and listing the others takes as long as everything else about a container.
  if (mountAtRoot.test(readStart(path, 512) ?? '')) return true;
  const mounts = readText(path);
  return mounts === null || mountAtRoot.test(mounts);
}

const mountAtRoot = /^\d+ \d+ \S+ \S+ \/ /m;

/**
 * The root of a container is the top of its mounts, so others, with other mounts, see it as `/`. A volume that its process changed its root
 * to is below it. Null only in a folder made to look like /proc. proc_pid_root(5)
 */
function isTop(procFolder: string, proc: ContainerProcess): boolean {
  const path = failedAsNull(() => readlinkSync(rootOf(procFolder, proc)));
  return path === null || path === '/';
}

/** Folders that hold packages: a pause image has none of them. Every place where a parser looks is below one, which a test ensures. */
const foldersOfPackages = ['/usr', '/var/lib', '/lib'];

/** Whether it only holds the network of a pod: a single process with that name, and nothing installed beside it. */
export function isPause(procFolder: string, { first, processes }: MachineContainer): boolean {
  const isNamedSo = (processes === 1 && first.name === 'pause') || programOf(procFolder, first.pid) === '/pause';
  if (!isNamedSo) return false;
  try {
    const { stat } = rootFolderFiles(rootOf(procFolder, first));
    return foldersOfPackages.every((folder) => stat(folder) === null);
  } catch (error) {
    // A container may give itself that name and hide its folders: the scan then says why they cannot be read.
    if (error instanceof UnreadableError) return false;
    throw error;
  }
}
