import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const stopMs = 60_000;

export type CommandLine = readonly string[];

const pidFile = (name: string) => join(process.env.CLUSTER_DIR ?? '', 'run', `${name}.pid`);

/** The id of a process of the cluster, which is written down. */
export const processId = (name: string) => Number(readFileSync(pidFile(name), 'utf8'));

/** Stops a process of the cluster. What is given starts it again, by the same command line or by another that is made of it. */
export async function stopProcess(name: string, signal: NodeJS.Signals): Promise<(change?: (same: CommandLine) => CommandLine) => void> {
  const pid = processId(name);
  const same = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  process.kill(pid, signal);
  for (const end = Date.now() + stopMs; runs(pid); await sleep(100)) {
    if (Date.now() > end) throw new Error(`${name} does not stop`);
  }
  return (change = (line) => line) => {
    const [command = '', ...args] = change(same);
    const log = openSync(join(process.env.CLUSTER_DIR ?? '', 'log', `${name}.log`), 'a');
    const started = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
    started.unref();
    writeFileSync(pidFile(name), `${started.pid}\n`);
  };
}

/** One that has ended and waits for its parent to notice runs no more. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
