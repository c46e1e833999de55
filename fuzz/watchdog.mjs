// Runs beside the fuzzer, in a thread of its own, and sees when an input keeps it for ever: then the input is written down, and
// the process ended, for a loop that does not end cannot be left otherwise.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

/** Of the processor: by the clock any input may take long on a busy machine. */
const longestMilliseconds = 30_000;
const lookEveryMilliseconds = 1000;

/** `state`: number of the run, 0 for none, and the length of its input. */
const { state, input, folders } = workerData;
let last = 0;
let before = process.cpuUsage();

setInterval(() => {
  const run = Atomics.load(state, 0);
  if (run !== last) [last, before] = [run, process.cpuUsage()];
  const { user, system } = process.cpuUsage(before);
  if (run === 0 || (user + system) / 1000 < longestMilliseconds) return;
  const bytes = Buffer.from(input.slice(0, Atomics.load(state, 1)));
  const folder = folders[Atomics.load(state, 2)];
  const file = join(folder, `hangs-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
  writeSync(2, `An input does not end: ${file}\n`);
  process.kill(process.pid, 'SIGKILL');
}, lookEveryMilliseconds);
