import { renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Container } from '../../src/model/container.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { ok, run, supercargo } from '../e2e/commands.ts';
import { apply, namespaceManifest, podManifest, until } from '../e2e/fleet.ts';
import { stopProcess } from '../e2e/processes.ts';
import { dpkgStatus, dpkgTruth, importTinyImage, packageNames } from '../e2e/tiny-images.ts';

const image = 'test.local/supercargo-faults:1';
const label = 'made-by=supercargo-faults';
const namespace = 'faults-e2e';
const packages = 200;

/** How often each disturbance is repeated; little with SUPERCARGO_FAULTS=short, for machines that have little time. */
const { rounds, restarts } = process.env.SUPERCARGO_FAULTS === 'short' ? { rounds: 5, restarts: 1 } : { rounds: 30, restarts: 3 };

const both = ['--source', 'docker', '--source', 'kubernetes', '--request-timeout', '5s'];
/** What a run may take here: its requests are few, and none may be silent for longer than five seconds. */
const longestRun = 60_000;

/** All runs share one cache, and not the one of who runs the tests. */
let cacheFolder: string;

interface Look {
  readonly code: number | null;
  /** Null where nothing was printed. */
  readonly inventory: Inventory | null;
}

/** What every run is held to, whatever happens around it. */
async function look(args: readonly string[] = both): Promise<Look> {
  const begun = performance.now();
  const { code, stdout, stderr } = await supercargo(['collect', '-q', ...args], { env: { XDG_CACHE_HOME: cacheFolder } });
  expect(performance.now() - begun).toBeLessThan(longestRun);
  expect([0, 2, 3]).toContain(code);
  expect(stderr).not.toContain('bug in supercargo');
  if (code === 2) expect(stdout).toBe('');
  return { code, inventory: code === 2 ? null : JSON.parse(stdout) };
}

interface Truth {
  readonly versions: readonly string[];
  /** Whether it ran all the time. */
  readonly steady: boolean;
}

/** What is not so of containers of ours, by id; a run that printed nothing says nothing that is wrong. */
function lies({ code, inventory }: Look, truth: ReadonlyMap<string, Truth>): string[] {
  if (inventory === null) return [];
  const found = new Map(inventory.containers.map((container) => [container.id, container]));
  const hasFailed = inventory.sources.some(({ kind, error }) => kind === 'docker' && error !== null);
  const complaints = [...truth].flatMap(([id, { versions, steady }]) => {
    const container = found.get(id);
    if (container === undefined) return steady && !hasFailed ? ['missing'] : [];
    return complaintsOf(inventory, container, versions, steady);
  });
  const own = [...truth.keys()].flatMap((id) => found.get(id) ?? []);
  const isLost = ({ scan, team }: Container) => scan.reason !== 'gone' && (scan.status !== 'read' || team.status === 'unknown');
  return code === 0 && (hasFailed || own.some(isLost)) ? [...complaints, 'exit code 0, and something was not read'] : complaints;
}

function complaintsOf(inventory: Inventory, { scan, team }: Container, versions: readonly string[], steady: boolean): string[] {
  const complaints: string[] = [];
  if (steady && scan.reason === 'gone') complaints.push('it ran, and is said to be gone');
  if (!['read', 'unread'].includes(scan.status)) complaints.push(`${scan.status} (${scan.reason})`);
  if (scan.status === 'unread' && scan.reason === null) complaints.push('unread without a reason');
  if (team.name !== 'team-faults' && team.status !== 'unknown') complaints.push(`of ${team.name}`);
  const names = packageNames(inventory, scan.packageSet);
  const right = versions.map((version) => JSON.stringify(dpkgTruth(packages, version)));
  if (scan.status === 'read' ? !right.includes(JSON.stringify(names)) : names !== null) complaints.push(`${names?.length} wrong packages`);
  return complaints;
}

async function start(count: number): Promise<string[]> {
  const one = ['run', '-d', '--network', 'none', '--label', label, '--label', 'team=team-faults', image];
  return (await Promise.all(Array.from({ length: count }, () => ok('docker', one)))).map((id) => id.trim());
}

async function removeContainers(): Promise<void> {
  const ids = (await ok('docker', ['ps', '-aq', '--filter', `label=${label}`])).split('\n').filter(String);
  // What is paused does not end.
  await Promise.all(ids.map((id) => run('docker', ['unpause', id])));
  if (ids.length > 0) await ok('docker', ['rm', '-f', ...ids]);
}

const truthOf = (ids: readonly string[], more: Partial<Truth> = {}) =>
  new Map(ids.map((id) => [id, { versions: ['1.0-1'], steady: true, ...more }]));

/** Looks again and again, two at a time and by both ways into a container, as long as the disturbance goes on. */
async function lookDuring(disturbance: Promise<unknown>): Promise<Look[]> {
  const looks: Look[] = [];
  let goesOn = true;
  const ended = disturbance.finally(() => {
    goesOn = false;
  });
  const keepLooking = async (args: readonly string[]) => {
    while (goesOn) looks.push(await look(args));
  };
  await Promise.all([ended, keepLooking(both), keepLooking([...both, '--no-direct'])]);
  return looks;
}

async function repeat(disturb: () => Promise<void>): Promise<void> {
  for (let time = 0; time < restarts; time++) await disturb();
}

const figures: string[] = [];
const count = (what: string, looks: readonly Look[]) => {
  const codes = [0, 3, 2].map((code) => `${looks.filter((one) => one.code === code).length} ended with ${code}`);
  figures.push(`${what}: ${looks.length} runs, ${codes.join(', ')}`);
};

beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'supercargo-faults-'));
  await importTinyImage(image, { '/var/lib/dpkg/status': dpkgStatus(packages, '1.0-1') });
  await removeContainers();
  const pod = podManifest({ namespace, name: 'web', image, node: 'node-docker', labels: { team: 'team-faults' } });
  await apply([namespaceManifest(namespace), { ...pod, spec: { ...pod.spec, hostNetwork: true } }]);
  await untilPodRuns();
});

const podPhase = ['get', 'pods', '-n', namespace, '-o', 'jsonpath={.items[*].status.containerStatuses[*].state.running.startedAt}'];
const untilPodRuns = () => until('the pod runs', 'kubectl', podPhase, (output) => output.trim() !== '');

afterAll(async () => {
  console.log(figures.join('\n'));
  await removeContainers();
  await ok('kubectl', ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
  await rm(cacheFolder, { recursive: true });
});

describe('the engine', () => {
  test('containers are killed, started, paused and filled while runs go on', async () => {
    const steady = await start(12);
    const moving = await start(4);
    const paused = await start(2);
    const filled = await start(2);
    const versions = Array.from({ length: rounds }, (_, index) => `${index + 1}.0-1`);
    const roots = await Promise.all(
      filled.map(async (id) => `/proc/${(await ok('docker', ['inspect', '-f', '{{.State.Pid}}', id])).trim()}/root`),
    );
    const disturb = async () => {
      for (const version of versions) {
        await Promise.all(moving.map((id) => ok('docker', ['kill', id])));
        for (const root of roots) fill(root, version);
        await Promise.all(moving.map((id) => ok('docker', ['start', id])));
        await Promise.all(paused.map((id) => ok('docker', [Number.parseInt(version, 10) % 2 === 0 ? 'unpause' : 'pause', id])));
      }
    };
    const looks = await lookDuring(disturb());
    count('containers killed, started, paused and filled', looks);
    expect(looks.length).toBeGreaterThanOrEqual(rounds);
    const truth = new Map([
      ...truthOf(steady),
      ...truthOf(moving, { steady: false }),
      ...truthOf(paused),
      ...truthOf(filled, { versions }),
    ]);
    expect(looks.flatMap((one) => lies(one, truth))).toEqual([]);
    // Those that nobody touched were read in every run: all of it was there.
    for (const { inventory } of looks) {
      const read = inventory?.containers.filter(({ id, scan }) => steady.includes(id) && scan.status === 'read');
      expect(read).toHaveLength(steady.length);
    }
    await removeContainers();
  });

  test('dockerd ends and is started again', async () => {
    const ids = await start(10);
    const disturb = async () => {
      const startAgain = await stopProcess('dockerd', 'SIGTERM');
      try {
        await sleep(2000);
      } finally {
        startAgain();
      }
      await until('dockerd answers', 'docker', ['version', '-f', '{{.Server.Version}}'], (output) => output.trim() !== '');
    };
    const looks = await lookDuring(repeat(disturb));
    count('dockerd restarted', looks);
    // Without live-restore its containers end with it.
    expect(looks.flatMap((one) => lies(one, truthOf(ids, { steady: false })))).toEqual([]);
    expect(looks.some(({ code }) => code !== 0)).toBe(true);
    await ok('docker', ['start', ...ids]);
    await untilPodRuns();
    expect(lies(await look(), truthOf(ids))).toEqual([]);
    await removeContainers();
  });
});

/** A database takes the place of another as dpkg does it: written beside, and renamed. */
function fill(root: string, version: string): void {
  const path = `${root}/var/lib/dpkg/status`;
  writeFileSync(`${path}-new`, dpkgStatus(packages, version));
  renameSync(`${path}-new`, path);
}

test('the API server ends and is started again: teams are right or not known', async () => {
  const ids = await start(6);
  const isReady = () => until('the API server answers', 'kubectl', ['get', '--raw', '/readyz'], (output) => output.trim() === 'ok');
  const disturb = async () => {
    // Asked to end, it goes on for a minute to serve those that it has.
    const startAgain = await stopProcess('kube-apiserver', 'SIGKILL');
    try {
      await sleep(1500);
    } finally {
      startAgain();
    }
    await isReady();
  };
  const looks = await lookDuring(repeat(disturb));
  count('API server restarted', looks);
  expect(looks.flatMap((one) => lies(one, truthOf(ids)))).toEqual([]);
  expect(looks.some(({ code }) => code === 3)).toBe(true);
  const ofPod = looks.flatMap(({ inventory }) => inventory?.containers.filter(({ pod }) => pod?.namespace === namespace) ?? []);
  expect(ofPod.length).toBe(looks.length);
  for (const { scan, team } of ofPod) {
    expect(scan.status).toBe('read');
    expect([team.name, team.status]).toEqual(team.status === 'unknown' ? [null, 'unknown'] : ['team-faults', 'owned']);
  }
  expect(lies(await look(), truthOf(ids))).toEqual([]);
  await removeContainers();
});
