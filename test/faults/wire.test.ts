import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inventory } from '../../src/model/inventory.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { program } from '../program/program.ts';
import { type Answer, statusOf } from './answer.ts';
import { type Demand, type FaultKind, type FaultPoint, pointsOf, type Request, randomPoint } from './faults.ts';
import { randomOf } from './random.ts';
import { collectFrom, disturb, type Ended, openWorld, requestTimeout, type World } from './runs.ts';
import { isComplete, isSame, isSameInEssence, lies } from './verdict.ts';

const seed = Number(process.env.SUPERCARGO_TEST_SEED ?? Date.now() % 2 ** 31);
/** How many of the systematic faults are tried, and as many more at random; all and 1,000 without it. */
const runs = Number(process.env.SUPERCARGO_FAULTS_RUNS ?? Number.POSITIVE_INFINITY);
const randomRuns = Math.min(runs, 1000);

/** Runs side by side: most of their time is waiting. */
const sideBySide = 16;

/**
 * A run asks for what it needs in a few steps, each of which may be silent once for itself, and an API server that refuses is asked again
 * after 0.25, 0.5, 1 and 2 s: what is longer hangs.
 */
const longestRun = 12 * requestTimeout;

let world: World;
let clean: Inventory;

beforeAll(async () => {
  world = await openWorld();
  const quiet = await disturb(world, null);
  const ended = await collectFrom(quiet);
  quiet.close();
  if ('refused' in ended) throw new Error(ended.refused);
  clean = ended.inventory;
  expect(coverageOf(clean).complete).toBe(true);
});

afterAll(() => world.close());

const requestsTo = (server: Request['server']): Request[] => world[server].lines().map((line) => ({ server, line }));

/** Requests that ask for the same of another container, pod or image are of one kind: one of them stands for all. */
async function representatives(requests: readonly Request[]): Promise<[Request, Answer][]> {
  const kinds = new Map<string, [Request, Answer]>();
  for (const request of requests) {
    const answer = await world[request.server].of(request.line);
    const kind = [request.server, request.line.replace(/[0-9a-f]{64}/, 'ID'), statusOf(answer)].join(' ');
    if (!kinds.has(kind)) kinds.set(kind, [request, answer]);
  }
  return [...kinds.values()];
}

async function chooseFaults(): Promise<FaultPoint[]> {
  const random = randomOf(seed);
  const requests = [...requestsTo('engine'), ...requestsTo('cluster')];
  const systematic = (await representatives(requests)).flatMap(([request, answer]) => pointsOf(request, answer, random));
  const shuffled = systematic.map((point) => ({ point, order: random() })).sort((a, b) => a.order - b.order);
  const chosen = shuffled.slice(0, runs).map(({ point }) => point);
  return [...chosen, ...Array.from({ length: randomRuns }, () => randomPoint(requests, random))];
}

interface Outcome {
  readonly kind: FaultKind;
  /** Null where the run never came to the fault. */
  readonly demand: Demand | null;
  readonly exit: 0 | 2 | 3;
  readonly ms: number;
  readonly complaints: readonly string[];
}

/** How often this process was kept from running for longer than a second: what then comes too late is not the program's fault. */
let standstills = 0;
let repeatedRuns = 0;
const standstillMs = 1000;
const tickMs = 100;

function watchStandstills(): NodeJS.Timeout {
  let last = performance.now();
  return setInterval(() => {
    const now = performance.now();
    if (now - last > standstillMs) standstills++;
    last = now;
  }, tickMs);
}

/** A run during which the machine stood still proves nothing: it is made again. */
async function tryFault(point: FaultPoint): Promise<Outcome> {
  const before = standstills;
  const outcome = await tryOnce(point);
  await sleep(2 * tickMs);
  if (standstills === before || outcome.complaints.length === 0) return outcome;
  repeatedRuns++;
  return tryFault(point);
}

async function tryOnce(point: FaultPoint): Promise<Outcome> {
  const disturbed = await disturb(world, point);
  const begun = performance.now();
  const ended = await Promise.race([collectFrom(disturbed), sleep(longestRun, null, { ref: false })]);
  const ms = performance.now() - begun;
  disturbed.close();
  const demand = disturbed.demand();
  if (ended === null) return { kind: point.kind, demand, exit: 2, ms, complaints: [`${JSON.stringify(point)}: it does not end`] };
  const exit = 'refused' in ended ? 2 : coverageOf(ended.inventory).complete ? 0 : 3;
  const complaints = complaintsOf(ended, demand);
  return { kind: point.kind, demand, exit, ms, complaints: complaints.map((complaint) => `${JSON.stringify(point)}: ${complaint}`) };
}

function complaintsOf(ended: Ended, demand: Demand | null): string[] {
  // One fault is never all: of two sources one still answers.
  if ('refused' in ended) return demand === 'ends' ? [] : [`nothing was printed: ${ended.refused}`];
  const { inventory } = ended;
  const parsed = Inventory.safeParse(inventory);
  if (!parsed.success) return [`no Inventory: ${parsed.error.message}`];
  if (demand === 'ends') return [];
  if (demand !== 'right') return isSame(clean, inventory) ? [] : ['another result, although nothing was lost'];
  const { complete } = coverageOf(inventory);
  return [
    ...lies(clean, inventory),
    ...(complete === isComplete(clean, inventory) ? [] : [`complete: ${complete}, against what its containers say`]),
    ...(complete && !isSameInEssence(clean, inventory) ? ['complete, and another result'] : []),
  ];
}

test(`faults on the wire, seed ${seed}`, { timeout: 3_600_000 }, async () => {
  const points = await chooseFaults();
  const outcomes: Outcome[] = [];
  const watch = watchStandstills();
  const rest = points.values();
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      for (const point of rest) outcomes.push(await tryFault(point));
    }),
  );
  clearInterval(watch);
  tell(outcomes);
  expect(outcomes.flatMap(({ complaints }) => complaints).slice(0, 60)).toEqual([]);
});

/** A run of the built program costs ten times as much: of what it ends with and prints, fewer faults tell. */
const programRuns = Math.min(Math.ceil(runs / 10), 100);

test('the built program ends with the code that its result deserves', async () => {
  const points = (await chooseFaults()).slice(-programRuns);
  const complaints = await pMap(
    points,
    async (point) => (await tryProgram(point)).map((complaint) => `${JSON.stringify(point)}: ${complaint}`),
    {
      concurrency: 4,
    },
  );
  console.log(`seed ${seed}: ${points.length} runs of the built program`);
  expect(complaints.flat()).toEqual([]);
});

async function tryProgram(point: FaultPoint): Promise<string[]> {
  const disturbed = await disturb(world, point);
  const from = ['--docker-host', disturbed.dockerHost, '--server', disturbed.server, '--cluster-name', 'fleet'];
  const sources = ['--source', 'docker', '--source', 'kubernetes'];
  const { code, stdout, stderr } = await program([
    'collect',
    '-q',
    '--no-cache',
    '--request-timeout',
    `${requestTimeout}ms`,
    ...sources,
    ...from,
  ]);
  disturbed.close();
  const demand = disturbed.demand();
  if (code === 2) return [...(stdout === '' ? [] : ['exit 2, and something was printed']), ...complaintsOf({ refused: stderr }, demand)];
  const inventory: Inventory = JSON.parse(stdout);
  const { complete } = coverageOf(inventory);
  return [
    ...(code === (complete ? 0 : 3) ? [] : [`exit ${code}, and complete is ${complete}`]),
    ...(stderr.includes('Incomplete: ') === !complete ? [] : [`complete is ${complete}, and it says: ${stderr}`]),
    // Who made it is the one thing in which the program differs from a run in this process.
    ...complaintsOf({ inventory: { ...inventory, generator: clean.generator } }, demand),
  ];
}

function tell(outcomes: readonly Outcome[]): void {
  const count = (test: (outcome: Outcome) => boolean) => outcomes.filter(test).length;
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))].sort();
  const row = (kind: FaultKind) => {
    const own = (test: (outcome: Outcome) => boolean) => count((outcome) => outcome.kind === kind && test(outcome));
    return {
      ...{ fault: kind, runs: own(() => true), met: own(({ demand }) => demand !== null) },
      ...{ 'exit 0': own(({ exit }) => exit === 0), 'exit 3': own(({ exit }) => exit === 3), 'exit 2': own(({ exit }) => exit === 2) },
      ...{ untellable: own(({ demand }) => demand === 'ends'), disagreements: own(({ complaints }) => complaints.length > 0) },
    };
  };
  console.table(kinds.map(row));
  console.log(
    `seed ${seed}: ${outcomes.length} runs, ${count(({ demand }) => demand !== null)} faults met, ` +
      `${count(({ complaints }) => complaints.length > 0)} disagreements, ${repeatedRuns} runs made again, the longest run ${Math.round(Math.max(...outcomes.map(({ ms }) => ms)))} ms`,
  );
}
