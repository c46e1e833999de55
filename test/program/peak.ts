import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { environment } from './program.ts';

export interface Watched {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The most memory that it held, in MiB, as far as that was seen. */
  readonly peak: number;
  readonly milliseconds: number;
}

/** Where the kernel tells how much memory a process holds. */
export const tellsMemory = process.platform === 'linux';

const lookEvery = 20;

/** Runs the built program, feeds it if need be, and looks at its memory meanwhile. */
export function watchProgram(
  args: readonly string[],
  feed?: (stdin: NodeJS.WritableStream) => void,
  options: readonly string[] = [],
): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const child = spawn(process.execPath, [...options, 'dist/supercargo.js', ...args], { env: { ...process.env, ...environment } });
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid as number));
    }, lookEvery);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    // It may have enough before all of it is written.
    child.stdin.on('error', () => {});
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString()) as [string, string];
      resolve({ code, stdout: out, stderr: err, peak, milliseconds: Date.now() - begun });
    });
    if (feed) feed(child.stdin);
    else child.stdin.end();
  });
}

function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    // It has ended.
    return 0;
  }
}
