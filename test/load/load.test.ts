import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { type Outcome, ok, supercargo } from '../e2e/commands.ts';
import { dpkgStatus, dpkgTruth, importTinyImage, packageNames } from '../e2e/tiny-images.ts';

const label = 'made-by=supercargo-load';

/** Containers in all; of these a part comes and goes. Fewer with SUPERCARGO_LOAD=short, for machines that have little time. */
const { total, churning, memoryRuns } =
  process.env.SUPERCARGO_LOAD === 'short' ? { total: 60, churning: 20, memoryRuns: 20 } : { total: 500, churning: 200, memoryRuns: 100 };

const runsSideBySide = 10;

/** Starts and ends together, each second, that there must be for it to count as churn. */
const leastChurn = 2;

/** Containers that are replaced at the same time. */
const churnsAtOnce = 8;

/** The images, each with another database, so that one container taken for another is seen. */
const kinds = ['1.0-1', '2.0-1', '3.0-1', '4.0-1'].map((version, index) => ({
  reference: `test.local/supercargo-load:${index + 1}`,
  packages: 100 + index,
  version,
}));

type Kind = (typeof kinds)[number];

const kindAt = (index: number) => kinds[index % kinds.length] as Kind;

async function start(index: number): Promise<[string, Kind]> {
  const kind = kindAt(index);
  const args = ['run', '-d', '--network', 'none', '--label', label, '--label', `team=team-${index % 7}`, kind.reference];
  return [(await ok('docker', args)).trim(), kind];
}

/** More at a time make an engine no faster. */
const startsAtOnce = 6;

async function removeContainers(): Promise<void> {
  const ids = (await ok('docker', ['ps', '-aq', '--filter', `label=${label}`])).split('\n').filter(String);
  // One request for hundreds of them would be silent for minutes.
  const parts = Array.from({ length: Math.ceil(ids.length / 25) }, (_, part) => ids.slice(part * 25, (part + 1) * 25));
  for (const part of parts) await ok('docker', ['rm', '-f', ...part]);
}

/** All runs share one cache, and not the one of who runs the tests. */
let cacheFolder: string;
const environment = () => ({ XDG_CACHE_HOME: cacheFolder });

const figures: Record<string, string | number> = {};
let steady: ReadonlyMap<string, Kind>;

beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'supercargo-load-'));
  for (const { reference, packages, version } of kinds) {
    await importTinyImage(reference, { '/var/lib/dpkg/status': dpkgStatus(packages, version), '/etc/os-release': 'ID=debian\n' });
  }
  await removeContainers();
  const begun = performance.now();
  steady = new Map(await pMap(Array.from({ length: total - churning }).keys(), start, { concurrency: startsAtOnce }));
  await pMap(Array.from({ length: churning }).keys(), startOfChurn, { concurrency: startsAtOnce });
  figures['containers running'] = total;
  figures['of them started and ended all the time'] = churning;
  figures['seconds to start them'] = Math.round((performance.now() - begun) / 1000);
});

afterAll(async () => {
  console.table(figures);
  await removeContainers();
  await rm(cacheFolder, { recursive: true });
});

/** Those that come and go, and what is in each. */
const moving = new Map<string, Kind>();
const everStarted = new Map<string, Kind>();

async function startOfChurn(index: number): Promise<void> {
  const [id, kind] = await start(index);
  moving.set(id, kind);
  everStarted.set(id, kind);
}

/** Ends the oldest and starts another in its place, several at a time, until the signal; gives starts and ends together, each second. */
async function churn(signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  let changes = 0;
  const worker = async () => {
    while (!signal.aborted) {
      const [oldest] = moving.keys();
      moving.delete(oldest as string);
      await ok('docker', ['rm', '-f', oldest as string]);
      await startOfChurn(changes++);
    }
  };
  await Promise.all(Array.from({ length: churnsAtOnce }, worker));
  return (2 * changes) / ((performance.now() - begun) / 1000);
}

/** What is not so of the containers that were there from the beginning to the end. */
function lies({ containers, ...inventory }: Inventory): string[] {
  const found = new Map(containers.map((container) => [container.id, container]));
  return [...steady].flatMap(([id, { packages, version }]) => {
    const scan = found.get(id)?.scan;
    if (scan === undefined) return [`${id}: missing`];
    if (scan.status !== 'read') return [`${id}: ${scan.status}, ${scan.reason}`];
    const names = packageNames({ containers, ...inventory }, scan.packageSet);
    return JSON.stringify(names) === JSON.stringify(dpkgTruth(packages, version)) ? [] : [`${id}: other packages`];
  });
}

/** Of those that came and went: read and right, or said to be gone or unread, with the reason. */
function liesOfMoving({ containers, ...inventory }: Inventory): string[] {
  return containers.flatMap(({ id, scan }) => {
    const kind = everStarted.get(id);
    if (kind === undefined || (scan.status === 'unread' && scan.reason !== null && scan.packageSet === null)) return [];
    const names = packageNames({ containers, ...inventory }, scan.packageSet);
    const isRight = scan.status === 'read' && JSON.stringify(names) === JSON.stringify(dpkgTruth(kind.packages, kind.version));
    return isRight ? [] : [`${id}, which came and went: ${scan.status}, ${names?.length} packages`];
  });
}

const args = ['collect', '-q', '--source', 'docker', '--allow-incomplete'];

test('ten runs side by side, while containers come and go, agree on all that were there throughout', async () => {
  const stop = new AbortController();
  const churned = churn(stop.signal);
  const outcomes: Outcome[] = [];
  const begun = performance.now();
  try {
    // By both ways into a container: as the program does it by itself, and by the archives of the engine.
    const ways = Array.from({ length: runsSideBySide }, (_, index) => (index % 2 === 0 ? args : [...args, '--no-direct']));
    outcomes.push(...(await Promise.all(ways.map((way) => supercargo(way, { env: environment() })))));
  } finally {
    figures['seconds that ten runs took'] = Math.round((performance.now() - begun) / 100) / 10;
    stop.abort();
  }
  const perSecond = await churned;
  figures['starts and ends, each second'] = Math.round(perSecond * 10) / 10;
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(outcomes.map(() => [0, '']));
  const inventories = outcomes.map(({ stdout }): Inventory => JSON.parse(stdout));
  const scans = inventories.flatMap(({ containers }) => containers.filter(({ id }) => everStarted.has(id)));
  figures['sights of containers that came and went'] = scans.length;
  figures['of these read'] = scans.filter(({ scan }) => scan.status === 'read').length;
  figures['of these gone'] = scans.filter(({ scan }) => scan.reason === 'gone').length;
  figures['of these not read for another reason'] = scans.filter(({ scan }) => scan.status !== 'read' && scan.reason !== 'gone').length;
  const disagreements = inventories.flatMap((inventory) => [...lies(inventory), ...liesOfMoving(inventory)]);
  figures.disagreements = disagreements.length;
  expect(disagreements.slice(0, 20)).toEqual([]);
  expect(perSecond).toBeGreaterThanOrEqual(leastChurn);
});

/** One run, and the most memory it had: what the kernel says of the process, in MiB. */
async function peakOfRun(): Promise<{ readonly peak: number; readonly inventory: Inventory }> {
  const child = spawn(process.execPath, ['dist/supercargo.js', ...args], {
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  const parts: Buffer[] = [];
  const look = () => {
    const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(statusOf(child.pid)) ?? [];
    peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
  };
  child.stdout.on('data', (part) => {
    look();
    parts.push(part);
  });
  const timer = setInterval(look, 20);
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearInterval(timer);
  expect(child.exitCode).toBe(0);
  return { peak, inventory: JSON.parse(Buffer.concat(parts).toString()) };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return '';
    throw error;
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** What the last runs may need more than the first: above what one run differs from the next. */
const mostGrowth = 1.1;

test(`memory stays where it is over ${memoryRuns} runs`, async () => {
  const peaks: number[] = [];
  for (let run = 0; run < memoryRuns; run++) {
    const { peak, inventory } = await peakOfRun();
    expect(lies(inventory)).toEqual([]);
    peaks.push(peak);
  }
  console.log(`MiB at the most, run by run: ${peaks.map((peak) => peak.toFixed(0)).join(' ')}`);
  const share = memoryRuns / 5;
  const [first, last] = [median(peaks.slice(0, share)), median(peaks.slice(-share))];
  figures['runs one after another'] = memoryRuns;
  figures[`MiB at the most, median of the first ${share}`] = Math.round(first);
  figures[`MiB at the most, median of the last ${share}`] = Math.round(last);
  expect(first).toBeGreaterThan(0);
  expect(last).toBeLessThanOrEqual(first * mostGrowth);
});
