import pMap from 'p-map';
import { isOutOfTime } from '../io/deadline.ts';
import { clusterId } from '../model/cluster-id.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ClusterDirectory, Directory, PodName } from '../model/directory.ts';
import { CollectError } from '../model/errors.ts';
import type { Source } from '../model/inventory.ts';
import type { CollectPlan } from '../model/plan.ts';
import type { CollectContext } from './collector.ts';
import { collectors, sourceKinds } from './collectors.ts';
import type { LookedUp } from './kubernetes/look-up.ts';
import type { AgentLooks } from './kubernetes/node-looks.ts';
import type { Cluster, OpenDirectory } from './kubernetes.ts';
import type { Collected } from './target.ts';

export interface Owners {
  /** The clusters that answered. */
  readonly open: readonly OpenDirectory[];
  readonly directory: Directory;
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How many clusters are asked at the same time. */
const clusterConcurrency = 8;

/** Asks all clusters for owners. A cluster that does not answer is part of the result. */
export async function askForOwners(run: CollectContext): Promise<Owners> {
  const nobody = { open: [], sources: [], diagnostics: [] };
  if (!isWanted('kubernetes', run.plan)) return { ...nobody, directory: { state: 'not-asked', clusters: [] } };
  const clusters = await findClusters(run);
  if ('error' in clusters) return { ...nobody, directory: { state: 'failed', clusters: [] }, sources: [clusters] };
  if (clusters.length === 0) {
    if (!isNamed('kubernetes', run.plan)) return { ...nobody, directory: { state: 'absent', clusters: [] } };
    return { ...nobody, directory: { state: 'failed', clusters: [] }, sources: [absentSource('kubernetes')] };
  }
  const answers = await pMap(clusters, (cluster) => askCluster(cluster, run), { concurrency: clusterConcurrency });
  const open = distinctClusters(
    answers.filter((answer) => 'cluster' in answer),
    run,
  );
  return {
    open,
    directory: { state: open.length === 0 ? 'failed' : 'asked', clusters: open.map(({ cluster }) => cluster) },
    sources: [...open.map(({ source }) => source), ...answers.filter((answer) => 'kind' in answer)],
    diagnostics: open.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The clusters, or a failed source if the kubeconfig cannot be read. */
async function findClusters(run: CollectContext): Promise<readonly Cluster[] | Source> {
  try {
    const kubernetes = await import('./kubernetes.ts');
    return await kubernetes.findClusters(run);
  } catch (error) {
    return failedSource({ kind: 'kubernetes', name: 'kubernetes' }, sourceKinds.kubernetes.title, error, run);
  }
}

async function askCluster(cluster: Cluster, run: CollectContext): Promise<OpenDirectory | Source> {
  try {
    return await cluster.readDirectory();
  } catch (error) {
    return failedSource({ kind: 'kubernetes', name: cluster.name }, `${sourceKinds.kubernetes.title} ${cluster.name}`, error, run);
  }
}

/** Two contexts may name the same cluster: it counts once, under the first. */
function distinctClusters(open: readonly OpenDirectory[], { note }: CollectContext): OpenDirectory[] {
  const first = new Map<string, OpenDirectory>();
  for (const directory of open) {
    const { cluster } = directory;
    const same = first.get(clusterId(cluster));
    if (same === undefined) first.set(clusterId(cluster), directory);
    else note(`${cluster.name} is the same cluster as ${same.cluster.name}: it counts once`);
  }
  return [...first.values()];
}

/** Asks the agents of all clusters what they saw. A cluster whose agents cannot be asked is part of the result. */
export async function askAgents(
  { open }: Owners,
  run: CollectContext,
): Promise<Omit<AgentLooks, 'source'> & { readonly sources: readonly Source[] }> {
  const answers = await Promise.all(open.map((directory) => askAgentsOf(directory, run)));
  const found = answers.filter((answer) => 'looks' in answer);
  return {
    looks: found.flatMap(({ looks }) => looks),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
    sources: [...found.flatMap(({ source }) => source ?? []), ...answers.filter((answer) => 'kind' in answer)],
  };
}

async function askAgentsOf({ cluster, readAgents }: OpenDirectory, run: CollectContext): Promise<AgentLooks | Source> {
  try {
    return await readAgents();
  } catch (error) {
    return failedSource({ kind: 'agent', name: cluster.name }, `The list of the agents of the cluster ${cluster.name}`, error, run);
  }
}

/** Asks the clusters again for single pods. Returns the directory with what started since, and what has ended. */
export async function lookUpPods(
  { open, directory }: Owners,
  { pods, seen }: { readonly pods: (cluster: ClusterDirectory) => readonly PodName[]; readonly seen: ReadonlySet<string> },
  { signal }: CollectContext,
): Promise<Omit<LookedUp, 'cluster'> & { readonly directory: Directory }> {
  const answers = await pMap(open, async ({ cluster, lookUp }): Promise<LookedUp> => {
    const unasked = { cluster, ended: new Set<string>(), diagnostics: [] };
    const wanted = pods(cluster);
    if (wanted.length === 0) return unasked;
    return lookUp(wanted, seen).catch((error) => {
      if (isOutOfTime(signal)) return unasked;
      throw error;
    });
  });
  return {
    directory: { ...directory, clusters: answers.map(({ cluster }) => cluster) },
    ended: new Set(answers.flatMap(({ ended }) => [...ended])),
    diagnostics: answers.flatMap(({ diagnostics }) => diagnostics),
  };
}

export interface Found {
  readonly collected: readonly Collected[];
  readonly sources: readonly Source[];
}

/** Asks every other source for its containers. If it throws, it leaves nothing open. */
export async function findContainers(run: CollectContext): Promise<Found> {
  const collected: Collected[] = [];
  const sources: Source[] = [];
  try {
    for (const kind of Object.keys(collectors) as (keyof typeof collectors)[]) {
      if (!isWanted(kind, run.plan)) continue;
      const found = await collectFrom(kind, run);
      if (found === null) {
        if (isNamed(kind, run.plan)) sources.push(absentSource(kind));
        continue;
      }
      if ('targets' in found) collected.push(found);
      sources.push('targets' in found ? found.source : found);
    }
  } catch (error) {
    for (const { close } of collected) close();
    throw error;
  }
  return { collected, sources };
}

/** What a source has; null if there is none of its kind; or a failed source. */
async function collectFrom(kind: keyof typeof collectors, run: CollectContext): Promise<Collected | Source | null> {
  const { load, title } = collectors[kind];
  try {
    return await (await load()).collect(run);
  } catch (error) {
    return failedSource({ kind, name: kind }, title, error, run);
  }
}

const isWanted = (kind: keyof typeof sourceKinds, plan: CollectPlan) =>
  plan.sources === null ? sourceKinds[kind].isDefault : isNamed(kind, plan);

const isNamed = (kind: Source['kind'], { sources }: CollectPlan) => sources?.includes(kind) ?? false;

/** A source that was named but is not there was not read: without it the result is incomplete. */
function absentSource(kind: keyof typeof sourceKinds): Source {
  return { kind, name: kind, version: null, containers: 0, error: sourceKinds[kind].absent };
}

/** A source that exists but does not answer is part of the result. Errors that are not about the source are rethrown. */
function failedSource(source: Pick<Source, 'kind' | 'name'>, who: string, error: unknown, { signal }: CollectContext): Source {
  const message = isOutOfTime(signal) ? `${who} did not answer before the run had to end (--timeout).` : null;
  if (message === null && !(error instanceof CollectError)) throw error;
  const reason = message ?? (error as CollectError).message;
  return { ...source, version: null, containers: 0, error: reason };
}
