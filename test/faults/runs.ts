import { defaultConfig } from '../../src/model/config.ts';
import { CollectError, UsageError } from '../../src/model/errors.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { CollectPlan } from '../../src/model/plan.ts';
import { collectInventory } from '../../src/pipeline.ts';
import { fakeApiServer } from '../fakes/api-server.ts';
import { type FakeServer, fakeEngine, type Override } from '../fakes/engine.ts';
import { type Demand, type FaultPoint, faults } from './faults.ts';
import { type Recorded, record, serveFaulty } from './faulty-server.ts';
import { containers, logs, others, pods, podsOnPage } from './fleet.ts';
import { randomOf } from './random.ts';

/** The longest silence that a run bears here: far above what a busy machine makes of an honest answer. */
export const requestTimeout = 3000;

/** The two servers of the fleet, and what they say. */
export interface World {
  readonly engine: Recorded;
  readonly cluster: Recorded;
  readonly close: () => void;
}

/** Answers with the end of a log. */
const sendLog: Override = (request, response) => {
  const { pathname, searchParams } = new URL(request.url as string, 'http://cluster');
  const lines = logs.get(pathname);
  if (lines === undefined) return false;
  response.setHeader('Content-Type', 'text/plain').end(lines.slice(-Number(searchParams.get('tailLines'))).join(''));
  return true;
};

export async function openWorld(): Promise<World> {
  const servers: FakeServer[] = [await fakeEngine(containers), await fakeApiServer(pods, sendLog, others, podsOnPage)];
  const [engine, cluster] = servers.map(({ address }) => record(address)) as [Recorded, Recorded];
  const close = () => {
    for (const server of servers) server.close();
  };
  return { engine, cluster, close };
}

/** The two servers with a fault, for one run. `demand` says what the fault came to once it was met; null before. */
export interface Disturbed {
  readonly dockerHost: string;
  readonly server: string;
  readonly demand: () => Demand | null;
  readonly close: () => void;
}

export async function disturb(world: World, point: FaultPoint | null): Promise<Disturbed> {
  let demand: Demand | null = null;
  const weakest = (next: Demand): Demand => (['ends', 'right', 'same'] as const).find((one) => one === next || one === demand) as Demand;
  const serve = async (name: 'engine' | 'cluster') => {
    const recorded = world[name];
    if (point?.server !== name) return serveFaulty(recorded, () => null);
    const others = await Promise.all(recorded.lines().map(recorded.of));
    const random = randomOf(point.seed);
    return serveFaulty(recorded, (line, answer) => {
      if (line !== point.line || (point.once && demand !== null)) return null;
      const damage = faults[point.kind](answer, { at: point.at, random, line, others });
      demand = weakest(damage.demand);
      return damage.steps;
    });
  };
  const [engine, cluster] = await Promise.all([serve('engine'), serve('cluster')]);
  const close = () => {
    engine.close();
    cluster.close();
  };
  return { dockerHost: `tcp://${engine.address}`, server: `http://${cluster.address}`, demand: () => demand, close };
}

export type Ended = { readonly inventory: Inventory } | { readonly refused: string };

/** One run in this process, as the program would do it. What is no error of the surroundings is a bug, and thrown. */
export async function collectFrom({ dockerHost, server }: Pick<Disturbed, 'dockerHost' | 'server'>): Promise<Ended> {
  const plan: CollectPlan = {
    sources: ['docker', 'kubernetes'],
    docker: { host: dockerHost, context: null, direct: false },
    kubernetes: { kubeconfig: null, contexts: [], server, clusterName: 'fleet', objectsFile: null },
    agents: { namespace: 'supercargo', wait: false },
    node: { procFolder: '/proc' },
    config: defaultConfig,
    rootFolders: [],
    selection: { namespaces: [], excludedNamespaces: [], selector: null },
    cache: null,
    concurrency: 8,
    requestTimeout,
    timeout: null,
  };
  try {
    const inventory = await collectInventory(plan, {
      generator: { name: 'supercargo', version: '0' },
      now: () => new Date(),
      progress: () => {},
      env: {},
      homeDirectory: '/nonexistent',
      stdin: () => process.stdin,
      signal: new AbortController().signal,
      note: () => {},
    });
    return { inventory };
  } catch (error) {
    if (error instanceof CollectError || error instanceof UsageError) return { refused: error.message };
    throw error;
  }
}
