// Times commands as whole processes, Node's start included.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Runs a command to its end and gives the milliseconds that it took; its output is thrown away. Exit code 3 (incomplete) is none of its business. */
export function time(command, args, options = {}) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  const took = performance.now() - start;
  if (error) throw error;
  if (status !== 0 && status !== 3) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

/** The median of each of several ways, run in turn (A B A B …), so that a machine that slows down slows all of them. */
export function medians(ways, runs) {
  const times = ways.map(() => []);
  for (const way of ways) way();
  for (let round = 0; round < runs; round++) for (const [index, way] of ways.entries()) times[index].push(way());
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
}
