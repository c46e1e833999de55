import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { findingsFolder, loadTarget, targetIds } from './corpus.ts';
import { maxInputBytes } from './mutate.ts';
import { type Finding, type Searched, search } from './search.ts';

const usage = `npm run fuzz -- [--minutes N | --inputs N] [--target ID]… [--seed S]
  --minutes N   for so long in all, shared evenly by the targets (5 when nothing is given)
  --inputs N    so many inputs for each target, of those that take long a tenth: with the same seed the same ones
  --target ID   only this target: ${targetIds.join(', ')}
  --seed S      a number to begin with; by chance when none is given`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    inputs: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const number = (text: string | undefined, otherwise: number): number => {
  const given = text === undefined ? otherwise : Number(text);
  if (!(given >= 0)) throw new Error(`${text} is no number.\n${usage}`);
  return given;
};
if (values.help) {
  console.log(usage);
  process.exit();
}
const ids = values.target ?? targetIds;
const seed = number(values.seed, Math.floor(Math.random() * 2 ** 31));
const inputs = values.inputs === undefined ? null : number(values.inputs, 0);
const millisecondsEach = (number(values.minutes, 5) * 60_000) / ids.length;

const state = new Int32Array(new SharedArrayBuffer(12));
const shared = new Uint8Array(new SharedArrayBuffer(maxInputBytes));
let runs = 0;

/** Tells the watchdog what is run. */
function onRun(input: Buffer | null): void {
  if (input !== null) shared.set(input);
  Atomics.store(state, 1, input?.length ?? 0);
  Atomics.store(state, 0, input === null ? 0 : ++runs);
}

const watchdog = new Worker(new URL('./watchdog.mjs', import.meta.url), {
  workerData: { state, input: shared, folders: ids.map(findingsFolder) },
});
watchdog.unref();

console.log(`seed ${seed}`);
for (const [index, id] of ids.entries()) {
  Atomics.store(state, 2, index);
  const target = await loadTarget(id);
  const end = Date.now() + millisecondsEach;
  const goesOn = (tried: number) => (inputs === null ? Date.now() < end : tried < (target.isHeavy ? inputs / 10 : inputs));
  const searched = await search(target, { seed, goesOn, onRun });
  console.log(lineOf(id, searched));
  for (const finding of searched.findings) keep(id, finding);
  if (searched.findings.length > 0) process.exitCode = 1;
}

function lineOf(id: string, { tried, blocks, pool, findings }: Searched): string {
  const figures = [`${tried} inputs`, `${blocks.run} of ${blocks.known} blocks`, `pool ${pool}`, `${findings.length} findings`];
  return `${id.padEnd(20)} ${figures.join(' · ')}`;
}

/** Writes down what was found, where `npm test` runs it again from now on. */
function keep(id: string, { input, error }: Finding): void {
  const words = `${error.name} ${error.message}`.toLowerCase().match(/[a-z]+/g) ?? [];
  const name = `${words.slice(0, 8).join('-')}-${createHash('sha256').update(input).digest('hex').slice(0, 8)}`;
  mkdirSync(findingsFolder(id), { recursive: true });
  writeFileSync(`${findingsFolder(id)}/${name}`, input);
  console.log(`  ${findingsFolder(id)}/${name} (${input.length} bytes)\n  ${error.stack?.split('\n').slice(0, 6).join('\n  ')}`);
}
