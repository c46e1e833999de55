// A parser without the program around it, for the lines that are about it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const reader = `
import { openSync, fstatSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parsers } from './src/parse/parsers.ts';
const [, , type, path, expected] = process.argv;
const start = performance.now();
const descriptor = openSync(path);
let memory = Buffer.alloc(0);
const read = (position, length) => {
  if (memory.length < length) memory = Buffer.alloc(length);
  return memory.subarray(0, readSync(descriptor, memory, 0, length, position));
};
const { packages, diagnostics } = parsers[type].parse([{ path, size: fstatSync(descriptor).size, read }]);
const took = performance.now() - start;
if (packages.length !== Number(expected) || diagnostics.length > 0) throw new Error(JSON.stringify([packages.length, diagnostics[0]]));
process.stdout.write(String(took));
`;

/** The arguments of Node for a program that reads a database of that many packages, and prints the milliseconds of reading alone. */
export function parseAlone(work, type, path, packages) {
  const outfile = join(work, 'parse-alone.mjs');
  const stdin = { contents: reader, resolveDir: '.', loader: 'js' };
  if (!existsSync(outfile)) buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return [outfile, type, path, String(packages)];
}
