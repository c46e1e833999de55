import * as fc from 'fast-check';
import { type Blocks, startCoverage } from './coverage.ts';
import { minimise } from './minimise.ts';
import { maxInputBytes, mutate } from './mutate.ts';
import { type Random, randomOf } from './random.ts';
import { Broken, type Target } from './target.ts';

/** To ask V8 for its coverage takes some 0.4 ms, ten times as long as many an input: it is asked once for so many of them. */
const batchSize = 16;

/** Inputs in the shape of the grammar that are made at a time. */
const shapedAtOnce = 64;

/** After so many findings, all of them different, a target is left: it has to be mended first. */
const maxFindings = 5;

/** What takes more processor time each of three times is a finding. By the clock any input is slow on a busy machine. */
const slowMilliseconds = 3000;

export interface Finding {
  readonly input: Buffer;
  readonly error: Error;
}

export interface Searched {
  readonly tried: number;
  readonly pool: number;
  readonly blocks: Blocks;
  readonly findings: readonly Finding[];
}

export interface SearchOptions {
  readonly seed: number;
  /** Asked before each batch, with how many inputs were tried. */
  readonly goesOn: (tried: number) => boolean;
  /** Told of each input before it is run, and of null after. */
  readonly onRun?: (input: Buffer | null) => void;
}

/**
 * Looks for inputs of a target that break an invariant. Inputs that run a block of the sources that none ran before are kept
 * in a pool, and changed further: that is how it gets into places where chance alone would not come. Blocks are all it is
 * guided by: not how often a loop was run, not how near a comparison came.
 */
export async function search(target: Target, { seed, goesOn, onRun = () => {} }: SearchOptions): Promise<Searched> {
  const random = randomOf(seed);
  const coverage = startCoverage();
  const pool: Buffer[] = [];
  const findings = new Map<string, Finding>();
  const shaped = shapedInputs(target, random);
  let tried = 0;

  /** The error that an input ends with, or null. */
  const attempt = async (input: Buffer): Promise<Error | null> => {
    onRun(input);
    const error = await failureOf(target, input);
    onRun(null);
    return error;
  };
  const runBatch = async (batch: readonly Buffer[]): Promise<void> => {
    for (const input of batch) {
      tried++;
      const error = await attempt(input);
      if (error !== null && !findings.has(kindOf(error))) findings.set(kindOf(error), await smallest({ input, error }, attempt));
    }
    if (!coverage.isNew(false)) return;
    // One of them, or more: each alone tells which.
    for (const input of batch) {
      await attempt(input);
      if (coverage.isNew(true)) pool.push(input);
    }
  };

  const seeds = target.seeds().filter(({ length }) => length <= maxInputBytes);
  for (const input of seeds) await runBatch([Buffer.from(input)]);
  // A seed that runs nothing new is a real input all the same.
  if (pool.length === 0) pool.push(...seeds.map((input) => Buffer.from(input)));
  while (goesOn(tried) && findings.size < maxFindings) {
    await runBatch(
      Array.from({ length: batchSize }, () => (pool.length === 0 || random.onceIn(8) ? shaped() : changed(target, pool, random))),
    );
  }
  return { tried, pool: pool.length, blocks: coverage.blocks(), findings: [...findings.values()] };
}

function changed({ words, isJson = false }: Target, pool: readonly Buffer[], random: Random): Buffer {
  const [one, other] = [random.pick(pool), random.pick(pool)];
  // The smaller of two: it is quicker, and a change of it does more.
  const input = one.length <= other.length || random.onceIn(3) ? one : other;
  return mutate(input, { random, words, other, isJson });
}

/** What fast-check makes of the target's grammar, one after another. */
function shapedInputs({ shaped }: Target, random: Random): () => Buffer {
  let stock: Uint8Array[] = [];
  return () => {
    if (stock.length === 0) stock = fc.sample(shaped, { numRuns: shapedAtOnce, seed: random.below(2 ** 31) });
    return Buffer.from(stock.pop() as Uint8Array).subarray(0, maxInputBytes);
  };
}

async function failureOf({ run }: Target, input: Buffer): Promise<Error | null> {
  try {
    let quickest = Number.POSITIVE_INFINITY;
    for (let times = 0; times < 3; times++) {
      const start = process.cpuUsage();
      await run(input);
      const { user, system } = process.cpuUsage(start);
      quickest = Math.min(quickest, (user + system) / 1000);
      if (quickest <= slowMilliseconds) return null;
    }
    return new Broken(`takes more than ${slowMilliseconds} ms of the processor`);
  } catch (error) {
    return error instanceof Error ? error : new Error(`throws what is no error: ${String(error)}`);
  }
}

/** Findings are of one kind when they come from the same line: their texts have the input in them. */
function kindOf({ name, message, stack = '' }: Error): string {
  const place = /(?:src|fuzz\/targets)\/\S+:\d+:\d+/.exec(stack)?.[0];
  return `${name} ${place ?? message.slice(0, 40)} ${name === 'Broken' ? message.slice(0, 40) : ''}`;
}

async function smallest(finding: Finding, attempt: (input: Buffer) => Promise<Error | null>): Promise<Finding> {
  const kind = kindOf(finding.error);
  const input = await minimise(finding.input, async (smaller) => {
    const error = await attempt(smaller);
    return error !== null && kindOf(error) === kind;
  });
  return { input, error: (await attempt(input)) ?? finding.error };
}
