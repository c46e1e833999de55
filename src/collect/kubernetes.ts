import { basename } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ClusterDirectory, ClusterObject, Pairs, Pod, PodName } from '../model/directory.ts';
import { CollectError } from '../model/errors.ts';
import { groupBy } from '../model/group-by.ts';
import type { Source } from '../model/inventory.ts';
import { isSelectedNamespace } from '../model/namespace-choice.ts';
import type { Selection } from '../model/selection.ts';
import { pathPart } from '../text/path-part.ts';
import { checkAnswer } from './answer.ts';
import type { CollectContext } from './collector.ts';
import { ObjectAnswer, VersionAnswer } from './kubernetes/answers.ts';
import { ApiError, type ClusterApi, openCluster } from './kubernetes/api.ts';
import { type ClusterChoice, chooseClusters } from './kubernetes/config.ts';
import { endedOf, type LookedUp, lookUp } from './kubernetes/look-up.ts';
import { type AgentLooks, noAgents, readAgents } from './kubernetes/node-looks.ts';
import { objectReader } from './kubernetes/objects.ts';
import { readObjectsFile } from './kubernetes/objects-file.ts';
import type { PodAsker } from './kubernetes/pod-again.ts';
import { readWorkloads } from './kubernetes/workloads.ts';

/** A cluster in use. */
export interface Cluster {
  /** The name of the context, or what the user calls the cluster. */
  readonly name: string;
  /** Pods, their owners, and the identity of the cluster. Throws a CollectError when the cluster does not answer. */
  readonly readDirectory: () => Promise<OpenDirectory>;
}

/** A cluster that answered. */
export interface OpenDirectory {
  readonly source: Source;
  readonly cluster: ClusterDirectory;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Asks again for single pods, to learn what started or ended since they were listed. Of new containers, only those in `seen` are added:
   * nothing can be expected to have read the others.
   */
  readonly lookUp: (pods: readonly PodName[], seen: ReadonlySet<string>) => Promise<LookedUp>;
  /** What the agents on its nodes saw. Throws a CollectError when they cannot be asked. */
  readonly readAgents: () => Promise<AgentLooks>;
}

/** The clusters to ask; may be empty. A file of objects stands for one cluster. */
export async function findClusters(context: CollectContext): Promise<Cluster[]> {
  const { objectsFile, clusterName } = context.plan.kubernetes;
  if (objectsFile !== null) {
    const name = clusterName ?? (objectsFile === '-' ? 'stdin' : basename(objectsFile));
    return [{ name, readDirectory: () => readFileDirectory(name, objectsFile, context) }];
  }
  const choices = await chooseClusters(context.plan.kubernetes, context);
  return choices.map((choice) => ({
    name: choice.name,
    readDirectory: () =>
      choices.length === 1
        ? readDirectory(choice, context)
        : inNameOf(choice, async () => named(choice, await readDirectory(choice, context))),
  }));
}

/** With several clusters, puts the name of the cluster before its errors. */
function named(choice: ClusterChoice, directory: OpenDirectory): OpenDirectory {
  const { source, readAgents: read } = directory;
  const error = source.error === null ? null : `${choice.name}: ${source.error}`;
  return { ...directory, source: { ...source, error }, readAgents: () => inNameOf(choice, read) };
}

async function inNameOf<Result>({ name }: ClusterChoice, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    throw new CollectError(`${name}: ${error.message}`, { cause: error });
  }
}

async function readFileDirectory(
  name: string,
  file: string,
  { plan: { config, selection }, note, stdin, signal }: CollectContext,
): Promise<OpenDirectory> {
  const cluster = await readObjectsFile(file, { name, keys: config.ownership.keys, selection, stdin, signal });
  const containers = cluster.pods.flatMap((pod) => pod.containers).filter(({ state }) => state === 'running').length;
  note(`Kubernetes as of the file ${file}: ${cluster.pods.length} pods, ${containers} running containers`);
  const source = { kind: 'kubernetes', name, version: null, containers, error: null } as const;
  // A file cannot be asked again: containers of its pods that nothing found have ended since it was written.
  const lookUpNothing = async (pods: readonly PodName[]) => ({ cluster, ended: endedOf(cluster, pods, () => 'ended'), diagnostics: [] });
  return { source, cluster, diagnostics: [], lookUp: lookUpNothing, readAgents: async () => noAgents };
}

async function readDirectory(choice: ClusterChoice, { plan, signal, note }: CollectContext): Promise<OpenDirectory> {
  const { selection, config } = plan;
  const api = openCluster({ config: choice.config, server: choice.server, signal, timeout: plan.requestTimeout });
  const reader = objectReader(config.ownership.keys);
  const diagnostics: Diagnostic[] = [];
  const asker = { api, reader, signal };
  const listing = listPods({ ...asker, selection });
  // If pods may not be listed in a namespace, nothing else is asked there: a refusal would lose what is asked of all namespaces at once.
  const readable = selection.namespaces.length > 1 ? (await listing).readable : selection.namespaces;
  const context = { ...asker, selection: { ...selection, namespaces: readable }, diagnostics };
  const [{ pods, error }, services, namespaces, nodes, uid, version] = await Promise.all([
    listing,
    readServices(context),
    readNamespaces(context),
    config.unreadable.some(({ nodeLabels }) => nodeLabels) ? readNodes(context) : null,
    readUid(context),
    readVersion(api),
  ]);
  const { diagnostics: unasked, ...workloads } = await readWorkloads(api, pods, { reader, namespaces: readable });
  const running = pods.flatMap((pod) => pod.containers).filter(({ state }) => state === 'running').length;
  note(`Kubernetes ${version ?? ''} at ${choice.name} (${choice.chosenBy}): ${pods.length} pods, ${running} running containers`);
  const cluster = { name: choice.name, uid, version, pods, services, namespaces, nodes, ...workloads };
  return {
    source: { kind: 'kubernetes', name: choice.name, version, containers: running, error },
    cluster,
    diagnostics: [...diagnostics, ...unasked],
    lookUp: (wanted, seen) => lookUp(cluster, wanted, { ...context, seen }),
    readAgents: () => readAgents({ api, reader, cluster, plan: plan.agents, signal }),
  };
}

interface Context extends PodAsker {
  readonly selection: Selection;
  /** Problems are added here. */
  readonly diagnostics: Diagnostic[];
}

interface PodList {
  readonly pods: readonly Pod[];
  /** Of the requested namespaces, those whose pods could be listed. */
  readonly readable: string[];
  /** What the cluster says about the other namespaces, or null. */
  readonly error: string | null;
}

/** If one of several namespaces is refused, the others are still read. */
async function listPods({ api, reader, selection }: Omit<Context, 'diagnostics'>): Promise<PodList> {
  const query: Record<string, string> = selection.selector === null ? {} : { labelSelector: selection.selector };
  const { namespaces } = selection;
  const refused = new Map<string, ApiError>();
  const list = async (path: string, at: number) => {
    try {
      return await api.list(path, reader.pod, { query });
    } catch (error) {
      if (namespaces.length < 2 || !(error instanceof ApiError) || error.status === 401) throw withAdvice(error, selection);
      refused.set(namespaces[at] as string, error);
      return [];
    }
  };
  const lists = await Promise.all(pathsOf('pods', selection).map(list));
  const [first] = refused.values();
  const readable = namespaces.filter((name) => !refused.has(name));
  if (first !== undefined && readable.length === 0) throw first;
  const sentences = Array.from(refused, ([name, { message }]) => `The pods of the namespace ${name} could not be listed. ${message}`);
  return {
    pods: lists.flat().filter(({ namespace }) => isSelectedNamespace(namespace, selection)),
    readable,
    error: sentences.length === 0 ? null : sentences.join(' '),
  };
}

function pathsOf(resource: string, { namespaces }: Selection): string[] {
  return namespaces.length === 0 ? [`/api/v1/${resource}`] : namespaces.map((name) => `/api/v1/namespaces/${pathPart(name)}/${resource}`);
}

function withAdvice(error: unknown, { namespaces }: Selection): unknown {
  if (!(error instanceof ApiError) || error.status !== 403 || namespaces.length > 0) return error;
  return new CollectError(`${error.message} If it may read single namespaces, name them with -n.`, { cause: error });
}

/** All Services, by namespace. */
async function readServices({ api, reader, selection, diagnostics }: Context) {
  return unlessRefused(
    diagnostics,
    { code: 'collect/services-unasked', lost: 'Services could not be asked for their teams.' },
    async () => {
      const lists = await Promise.all(pathsOf('services', selection).map((path) => api.list(path, reader.service)));
      return groupBy(lists.flat(), ({ namespace }) => namespace);
    },
  );
}

/** The namespaces by name: all of them, or those selected. */
async function readNamespaces({ api, reader, selection: { namespaces }, diagnostics }: Context) {
  const take = (item: unknown) => reader.object('Namespace', item);
  return unlessRefused(diagnostics, { code: 'collect/namespaces-unasked', lost: 'The labels of namespaces are not known.' }, async () => {
    const objects =
      namespaces.length === 0
        ? await api.list('/api/v1/namespaces', take, { as: 'metadata' })
        : await Promise.all(namespaces.map(async (name) => take(await api.get(namespacePath(name), { as: 'metadata' }))));
    return new Map<string, ClusterObject>(objects.map((object) => [object.name, object]));
  });
}

async function readNodes({ api, reader, diagnostics }: Context) {
  return unlessRefused(diagnostics, { code: 'collect/nodes-unasked', lost: 'The labels of nodes are not known.' }, async () => {
    const objects = await api.list('/api/v1/nodes', (item) => reader.object('Node', item), { as: 'metadata' });
    return new Map<string, Pairs>(objects.map(({ name, labels }) => [name, labels]));
  });
}

const namespacePath = (name: string) => `/api/v1/namespaces/${pathPart(name)}`;

/** The uid of kube-system identifies a cluster: there is no other identity. */
async function readUid({ api, diagnostics }: Context): Promise<string | null> {
  const lost = { code: 'collect/cluster-uid', lost: 'The uid of the cluster is not known; its name stands for it.' };
  return unlessRefused(diagnostics, lost, async () => {
    const answer = await api.get(namespacePath('kube-system'), { as: 'metadata' });
    return checkAnswer(ObjectAnswer, answer, "The API server's answer on kube-system").metadata.uid;
  });
}

async function readVersion(api: ClusterApi): Promise<string | null> {
  // Some clusters do not tell their version. It is only displayed.
  return unlessRefused([], { code: 'collect/cluster-version', lost: '' }, async () => {
    return checkAnswer(VersionAnswer, await api.get('/version'), "The API server's answer to /version").gitVersion;
  });
}

/** Null, with a diagnostic, when the server answers with a refusal: that loses one step towards a team, not the result. */
async function unlessRefused<Result>(
  diagnostics: Diagnostic[],
  { code, lost }: { readonly code: string; readonly lost: string },
  read: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    diagnostics.push({ severity: 'warning', code, message: `${lost} ${error.message}`, container: null, path: null });
    return null;
  }
}
