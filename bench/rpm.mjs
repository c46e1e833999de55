// Times the reading of large rpm databases from a file, start of node included, against an empty program, and their memory:
//   node bench/rpm.mjs [FOLDER]      FOLDER is kept, and used again if it is there
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { writeLargeDatabases } from './large-rpm.mjs';

const RUNS = 7;
const MAX_RATIO = 4;
const MAX_MEGABYTES = 120;

const reader = `
import { openSync, fstatSync, readSync } from 'node:fs';
import { rpm } from '../src/parse/rpm/rpm.ts';
const [, , path, expected] = process.argv;
if (path !== undefined) {
  const descriptor = openSync(path);
  let memory = Buffer.alloc(0);
  const read = (position, length) => {
    if (memory.length < length) memory = Buffer.alloc(length);
    return memory.subarray(0, readSync(descriptor, memory, 0, length, position));
  };
  const { packages, diagnostics } = rpm.parse([{ path, size: fstatSync(descriptor).size, read }]);
  if (packages.length !== Number(expected) || diagnostics.length > 0) throw new Error(JSON.stringify([packages.length, diagnostics[0]]));
}
process.stdout.write(String(process.resourceUsage().maxRSS));
`;

function buildReader(work) {
  const outfile = join(work, 'read.mjs');
  const stdin = { contents: reader, resolveDir: import.meta.dirname, loader: 'js' };
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return outfile;
}

/** The median time in milliseconds, and the most memory in megabytes. */
function measure(args) {
  const times = [];
  let kilobytes = 0;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    times.push(performance.now() - start);
    if (status !== 0) throw new Error(stderr.slice(0, 2000));
    kilobytes = Math.max(kilobytes, Number(stdout));
  }
  return { milliseconds: times.sort((a, b) => a - b)[RUNS >> 1], megabytes: kilobytes / 1024 };
}

function row(name, { milliseconds, megabytes }, base) {
  const ratio = milliseconds / base.milliseconds;
  console.log([name.padEnd(14), `${milliseconds.toFixed(0)} ms`, `${ratio.toFixed(2)} x node`, `${megabytes.toFixed(0)} MB`].join('\t'));
  return ratio <= MAX_RATIO && megabytes <= MAX_MEGABYTES;
}

const work = mkdtempSync(join(tmpdir(), 'supercargo-bench-'));
try {
  const folder = process.argv[2] ?? join(work, 'rpm');
  if (!existsSync(join(folder, 'Packages'))) writeLargeDatabases(folder);
  const program = buildReader(work);
  const empty = measure(['-e', 'process.stdout.write(String(process.resourceUsage().maxRSS))']);
  row('node -e 0', empty, empty);
  const good = ['rpmdb.sqlite', 'Packages'].map((name) => row(name, measure([program, join(folder, name), '2500']), empty));
  if (good.includes(false)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}
