import pMap from 'p-map';
import type { ContainerScan } from '../../model/container-scan.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ClusterDirectory, Pod, PodContainer } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import type { Source } from '../../model/inventory.ts';
import { mayBeTooNew, type NodeLook } from '../../model/node-look.ts';
import type { CollectPlan } from '../../model/plan.ts';
import type { Snapshot, SnapshotContainer } from '../../model/snapshot.ts';
import { isOutOfTime } from '../deadline.ts';
import type { KnownContents } from '../snapshot/text.ts';
import { type AgentAnswer, awaitSnapshot, listAgents, readSnapshot } from './agents.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { groupBy } from './grouped.ts';
import type { ObjectReader } from './objects.ts';

/** What all agents of a cluster saw. */
export interface AgentLooks {
  /** One for each node that has an agent, and pods that were asked for. */
  readonly looks: readonly NodeLook[];
  /** Null where there are no agents. */
  readonly source: Source | null;
  readonly diagnostics: readonly Diagnostic[];
}

export const noAgents: AgentLooks = { looks: [], source: null, diagnostics: [] };

export interface AgentContext {
  readonly api: ClusterApi;
  readonly reader: ObjectReader;
  readonly cluster: ClusterDirectory;
  readonly plan: CollectPlan['agents'];
  readonly signal: AbortSignal;
}

/** Logs that are read at a time: to an API server they are long requests, which it does not count among those of a client. */
const concurrency = 32;

/** Requests for single pods at a time, for each node. */
const lookUpConcurrency = 4;

/** Reads what the agents of the cluster saw, each of its own node: what one says of the containers of another node does not count. */
export async function readAgents(context: AgentContext): Promise<AgentLooks> {
  const { api, reader, cluster, plan } = context;
  const agents = await listAgents(api, reader, plan.namespace).catch(refusalOf);
  if (agents instanceof ApiError) return agents.status === 404 ? noAgents : { ...noAgents, diagnostics: [unasked(plan, agents)] };
  const nodes = [...groupBy(cluster.pods, ({ node }) => node ?? '')].filter(([node]) => agents.has(node));
  if (nodes.length === 0) return noAgents;
  const known: KnownContents = new Map();
  const versions = new Set<string>();
  const look = async ([node, pods]: readonly [string, readonly Pod[]]): Promise<NodeLook> => {
    const expected = runningOf(pods);
    const answer = await askAgent(agents.get(node) ?? [], expected, known, context);
    if ('snapshot' in answer) versions.add(answer.snapshot.header.agent.version);
    return { cluster: cluster.uid ?? cluster.name, node, outcome: await outcomeOf(answer, expected, context) };
  };
  const looks = await pMap(nodes, look, { concurrency });
  const containers = looks.reduce((sum, { outcome }) => sum + ('scans' in outcome ? outcome.scans.length : 0), 0);
  const version = [...versions].sort().join(', ') || null;
  return { looks, source: { kind: 'agent', name: cluster.name, version, containers, error: null }, diagnostics: [] };
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return error;
  throw error;
}

function unasked({ namespace }: CollectPlan['agents'], { message }: ApiError): Diagnostic {
  const text = `Whether there are agents in the namespace ${namespace} (--agent-namespace) is not known. ${message}`;
  return { severity: 'info', code: 'collect/agents-unasked', message: text, container: null, path: null };
}

/** The containers that run on a node, as its pods say. */
interface Expected {
  readonly containers: ReadonlyMap<string, { readonly pod: Pod; readonly container: PodContainer }>;
  readonly podUids: ReadonlySet<string>;
}

function runningOf(pods: readonly Pod[]): Expected {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const running = all.filter(({ container }) => container.state === 'running');
  return {
    containers: new Map(running.flatMap((each) => (each.container.id === null ? [] : [[each.container.id, each] as const]))),
    podUids: new Set(pods.map(({ uid }) => uid)),
  };
}

async function askAgent(agents: readonly Pod[], expected: Expected, known: KnownContents, context: AgentContext): Promise<AgentAnswer> {
  const { api, plan, signal } = context;
  const reader = { api, known, signal };
  try {
    return await (plan.wait ? awaitSnapshot(agents, (snapshot) => seesAllOf(expected, snapshot), reader) : readSnapshot(agents, reader));
  } catch (error) {
    if (!isOutOfTime(signal)) throw error;
    return { failure: { reason: 'timeout', message: 'The run had to end before its agent was read (--timeout).' } };
  }
}

/** Whether nothing that ran when the pods were listed may be too new for a look. */
function seesAllOf(expected: Expected, { header, containers }: Snapshot): boolean {
  const seen = new Set(containers.map(({ id }) => id));
  return [...expected.containers.values()].every(
    ({ container: { id, startedAt } }) => seen.has(id as string) || !mayBeTooNew(startedAt, header.takenAt),
  );
}

async function outcomeOf(answer: AgentAnswer, expected: Expected, context: AgentContext): Promise<NodeLook['outcome']> {
  if ('failure' in answer) return answer.failure;
  const { header, containers } = answer.snapshot;
  const silence = Date.now() - Date.parse(header.takenAt);
  // It would have printed again, two looks late at the most.
  if (!(silence <= header.printsEvery + 2 * header.looksEvery))
    return { reason: 'agent-timeout', message: `The agent of the node ${header.node} has been silent since ${header.takenAt}.` };
  const scans = containers.filter((container) => isOf(expected, container)).map((container) => scanOf(container, answer.snapshot));
  const seen = new Set(scans.map(({ container }) => container.id));
  const unseen = [...expected.containers.values()].filter(
    ({ container: { id, startedAt } }) => !seen.has(id as string) && !mayBeTooNew(startedAt, header.takenAt),
  );
  return { takenAt: header.takenAt, looksEvery: header.looksEvery, scans, ended: await endedOf(unseen, context) };
}

/** What the pods of the node say that runs there; and a sandbox that holds the whole of a pod of it, which has an id of its own. */
function isOf({ containers, podUids }: Expected, { id, podUid, reason }: SnapshotContainer): boolean {
  return containers.has(id) || (reason === 'sandboxed' && podUid !== null && podUids.has(podUid));
}

function scanOf(seen: SnapshotContainer, { header, contents }: Snapshot): ContainerScan {
  const { id, runtime, podUid, isPause, startedAt, status, reason, message, system, databases } = seen;
  const pod = podUid === null ? null : { uid: podUid, namespace: null, name: null, container: null };
  return {
    container: { id, name: id.slice(0, 12), runtime, labels: {}, image: null, pod, isPause },
    ...{ by: 'agent', startedAt, collectedAt: header.takenAt, status, reason, message, drift: null, system, databases },
    contents: seen.contents.flatMap((position) => contents[position] ?? []),
    diagnostics: seen.diagnostics.map((diagnostic) => ({ ...diagnostic, container: id })),
  };
}

/** Of containers that an agent did not see those that have ended since their pods were listed: nothing is claimed before another look. */
async function endedOf(unseen: readonly { readonly pod: Pod; readonly container: PodContainer }[], { api, reader, signal }: AgentContext) {
  const ended = new Set<string>();
  await pMap(
    unseen,
    async ({ pod, container }) => {
      if (!isOutOfTime(signal) && !(await stillRuns(pod, container, api, reader))) ended.add(container.id as string);
    },
    { concurrency: lookUpConcurrency },
  );
  return ended;
}

async function stillRuns({ namespace, name }: Pod, { id }: PodContainer, api: ClusterApi, reader: ObjectReader): Promise<boolean> {
  try {
    const pod = reader.pod(await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`));
    return pod.containers.some((container) => container.id === id && container.state === 'running');
  } catch (error) {
    if (error instanceof ApiError) return error.status !== 404;
    if (error instanceof CollectError) return true;
    throw error;
  }
}
