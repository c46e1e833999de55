import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const stopMs = 60_000;

/** Stops a process of the cluster by the id that is written down. What is given starts it again, by the same command line. */
export async function stopProcess(name: string, signal: NodeJS.Signals): Promise<() => void> {
  const folder = process.env.CLUSTER_DIR ?? '';
  const pidFile = join(folder, 'run', `${name}.pid`);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  process.kill(pid, signal);
  for (const end = Date.now() + stopMs; runs(pid); await sleep(100)) {
    if (Date.now() > end) throw new Error(`${name} does not stop`);
  }
  return () => {
    const log = openSync(join(folder, 'log', `${name}.log`), 'a');
    const started = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
    started.unref();
    writeFileSync(pidFile, `${started.pid}\n`);
  };
}

/** One that has ended and waits for its parent to notice runs no more. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
