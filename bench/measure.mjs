// Times commands as whole processes, Node's start included.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** The built program, for `time` and `megabytesOf`. */
export const program = 'dist/supercargo.js';

/** Runs a command to its end and gives the milliseconds that it took; its output is thrown away. */
export function time(command, args) {
  const start = performance.now();
  run(command, args, ['ignore', 'ignore', 'pipe']);
  return performance.now() - start;
}

/** Runs a command and gives what it prints. */
export function output(command, args) {
  return run(command, args, ['ignore', 'pipe', 'pipe']).stdout;
}

const sayMemory = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`,
)}`;

/** The most memory that Node has resident while it runs a script, in megabytes. */
export function megabytesOf(args) {
  // A process inherits the figure of the one that it was forked from: a shell is small.
  const throughShell = ['-c', '"$@"; exit $?', 'sh', process.execPath, '--import', sayMemory, ...args];
  return Number(run('sh', throughShell, ['ignore', 'ignore', 'pipe', 'pipe']).output[3]) / 1024;
}

/** Exit code 3 (incomplete) is none of a benchmark's business. */
function run(command, args, stdio) {
  const result = spawnSync(command, args, { stdio, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { status, error, stderr } = result;
  if (error) throw error;
  if (status !== 0 && status !== 3) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return result;
}

/** The median of each of several ways, run in turn (A B A B …), so that a machine that slows down slows all of them. */
export function medians(ways, runs) {
  const times = ways.map(() => []);
  for (const way of ways) way();
  for (let round = 0; round < runs; round++) for (const [index, way] of ways.entries()) times[index].push(way());
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
}
