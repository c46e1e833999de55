import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { ContainerScan } from '../../model/container-scan.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ClusterDirectory, Pod, PodContainer } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import type { Source } from '../../model/inventory.ts';
import { looksSince, mayBeTooNew, type NodeFailure, type NodeLook } from '../../model/node-look.ts';
import type { CollectPlan } from '../../model/plan.ts';
import type { Snapshot, SnapshotContainer, SnapshotHeader } from '../../model/snapshot.ts';
import { isOutOfTime } from '../deadline.ts';
import { pathPart } from '../path-part.ts';
import type { KnownContents } from '../snapshot/text.ts';
import { type Agents, listAgents, readSnapshot } from './agents.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { groupBy } from './grouped.ts';
import type { ObjectReader } from './objects.ts';

/** What all agents of a cluster saw. */
export interface AgentLooks {
  /** One for each node that has an agent, or may have one, and pods that were asked for. */
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

/** From one question to the next while a look is waited for, in milliseconds. */
const waitMilliseconds = 2000;

/** How often an agent looks that has not said it yet, and the longest that a look may take, in milliseconds. */
const usualPause = 30_000;
const longestLook = 30_000;

/** The longest that is waited for a look, whatever an agent says of how often it looks: five minutes. */
const longestWait = 300_000;

/** As far as the clock of a node may be ahead of the one here, in milliseconds. */
const clockTolerance = 60_000;

/** Reads what the agents of the cluster saw, each of its own node: what one says of the containers of another node does not count. */
export async function readAgents(context: AgentContext): Promise<AgentLooks> {
  const { api, reader, cluster, plan } = context;
  const all = [...groupBy(cluster.pods, ({ node }) => node ?? '')].map(([name, pods]) => ({ name, ...runningOf(pods) }));
  const agents = await listAgents(api, reader, plan.namespace).catch(refusalOf);
  if (agents instanceof ApiError) return agents.status === 404 ? noAgents : refusedLooks(all, agents, context);
  const nodes = all.filter(({ name }) => agents.has(name));
  if (nodes.length === 0) return noAgents;
  const answers = await askNodes(nodes, agents, context);
  const looks = [...answers].map(([node, { outcome }]) => ({ cluster: cluster.uid ?? cluster.name, node, outcome }));
  const containers = looks.reduce((sum, { outcome }) => sum + ('scans' in outcome ? outcome.scans.length : 0), 0);
  const versions = new Set([...answers.values()].flatMap(({ header }) => header?.agent.version ?? []));
  const version = [...versions].sort().join(', ') || null;
  return { looks, source: { kind: 'agent', name: cluster.name, version, containers, error: null }, diagnostics: [] };
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return error;
  throw error;
}

/** Where agents may not be listed nobody knows whether there are any: that no agent is there would be a guess. */
function refusedLooks(nodes: readonly Node[], { message }: ApiError, { cluster, plan }: AgentContext): AgentLooks {
  const place = `the namespace ${plan.namespace} (--agent-namespace)`;
  const text = `Whether there are agents in ${place} is not known. ${message}`;
  const looks = nodes.map(({ name }) => {
    const reason = `The agent of the node ${name} could not be looked for: that takes the right to list pods in ${place}. ${message}`;
    return { cluster: cluster.uid ?? cluster.name, node: name, outcome: { reason: 'forbidden', message: reason } } as const;
  });
  const diagnostic = { severity: 'info', code: 'collect/agents-unasked', message: text, container: null, path: null } as const;
  return { ...noAgents, looks, diagnostics: [diagnostic] };
}

interface Running {
  readonly pod: Pod;
  readonly container: PodContainer & { readonly id: string };
}

/** A node, and what runs there, as its pods say. */
interface Node {
  readonly name: string;
  readonly running: ReadonlyMap<string, Running>;
  readonly podUids: ReadonlySet<string>;
}

function runningOf(pods: readonly Pod[]): Omit<Node, 'name'> {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const running = all.filter((each): each is Running => each.container.state === 'running' && each.container.id !== null);
  return { running: new Map(running.map((each) => [each.container.id, each])), podUids: new Set(pods.map(({ uid }) => uid)) };
}

/** What is known of a node by now. */
interface Answer {
  readonly outcome: NodeLook['outcome'];
  /** Of the snapshot that was read; null where none was. */
  readonly header: SnapshotHeader | null;
  /** Whether a later look may tell more. */
  readonly isAwaited: boolean;
}

/** Asks the agents of nodes; with --wait those of which a later look may tell more again, for as long as two looks take. */
async function askNodes(nodes: readonly Node[], agents: Agents, context: AgentContext): Promise<ReadonlyMap<string, Answer>> {
  const { plan, signal } = context;
  const known: KnownContents = new Map();
  const answers = new Map<string, Answer>();
  const ask = async (node: Node, pods: readonly Pod[]) => {
    const before = answers.get(node.name);
    const answer = await askNode(node, pods, known, context).catch((error) => {
      if (isOutOfTime(signal)) return before ?? late;
      throw error;
    });
    // A log may be rotated away, and an agent end: what it saw was seen.
    answers.set(node.name, before?.header && !answer.header ? before : answer);
  };
  const askAll = (some: readonly Node[], by: Agents) => pMap(some, (node) => ask(node, by.get(node.name) ?? []), { concurrency });
  await askAll(nodes, agents);
  for (const begun = Date.now(); plan.wait && !isOutOfTime(signal); ) {
    const awaited = nodes.filter(({ name }) => isWaitedFor(answers.get(name) as Answer, Date.now() - begun));
    if (awaited.length === 0) break;
    await sleep(waitMilliseconds, undefined, { signal }).catch(() => {});
    // One that was only about to start has run since, or another pod has taken its place.
    const newest = await listAgain(agents, context);
    await askAll(
      awaited.filter(({ name }) => newest.has(name)),
      newest,
    );
  }
  return answers;
}

const late: Answer = {
  outcome: { reason: 'timeout', message: 'The run had to end before its agent was read (--timeout).' },
  ...{ header: null, isAwaited: false },
};

function isWaitedFor({ isAwaited, header }: Answer, waited: number): boolean {
  return isAwaited && waited < Math.min(2 * (header?.looksEvery ?? usualPause) + longestLook, longestWait);
}

async function listAgain(agents: Agents, { api, reader, plan, signal }: AgentContext): Promise<Agents> {
  return listAgents(api, reader, plan.namespace).catch((error) => {
    if (error instanceof CollectError || isOutOfTime(signal)) return agents;
    throw error;
  });
}

async function askNode(node: Node, agents: readonly Pod[], known: KnownContents, context: AgentContext): Promise<Answer> {
  const read = await readSnapshot(agents, context.api, known);
  if ('failure' in read) return { outcome: read.failure, header: null, isAwaited: read.failure.reason === 'agent-timeout' };
  const { header, containers } = read.snapshot;
  const askedAt = new Date();
  const fault = faultOf(header, node, askedAt);
  if (fault !== null) return { outcome: fault, header, isAwaited: false };
  const scans = containers.filter((container) => isOf(node, container)).map((container) => scanOf(container, read.snapshot));
  const unseen = unseenOf(node, containers);
  const isTooNew = ({ container }: Running) => mayBeTooNew(container.startedAt, header.takenAt);
  // Nobody prints a look that found nothing new: what has come and gone since the last one that was printed, only its pod tells.
  const isOverdue = (each: Running) => !isTooNew(each) || looksSince(each.container.startedAt, header.looksEvery, askedAt) > 1;
  const ended = await endedOf(unseen.filter(isOverdue), context);
  return {
    outcome: { takenAt: header.takenAt, looksEvery: header.looksEvery, askedAt, scans, ended },
    header,
    isAwaited: unseen.some((each) => isTooNew(each) && !ended.has(each.container.id)),
  };
}

/** Why a snapshot says nothing of what runs now; null where it does. */
function faultOf({ takenAt, looksEvery, printsEvery }: SnapshotHeader, { name }: Node, now: Date): NodeFailure | null {
  const silence = now.getTime() - Date.parse(takenAt);
  if (silence < -clockTolerance)
    return { reason: 'failed', message: `The agent of the node ${name} looked in the future: its clock and the one here differ.` };
  // It would have printed again, two looks late at the most.
  const longest = printsEvery + 2 * looksEvery;
  if (silence <= longest) return null;
  return { reason: 'agent-timeout', message: `The agent of the node ${name} has been silent for more than ${longest / 1000} s.` };
}

/** What runs on a node, and was not seen there, neither by itself nor as a sandbox that holds the whole of its pod. */
function unseenOf({ running }: Node, seen: readonly SnapshotContainer[]): Running[] {
  const ids = new Set(seen.map(({ id }) => id));
  const sandboxes = new Set(seen.flatMap(({ reason, podUid }) => (reason === 'sandboxed' ? (podUid ?? []) : [])));
  return [...running.values()].filter(({ pod, container }) => !ids.has(container.id) && !sandboxes.has(pod.uid));
}

/** What the pods of the node say that runs there; and a sandbox that holds the whole of a pod of it, which has an id of its own. */
function isOf({ running, podUids }: Node, { id, podUid, reason }: SnapshotContainer): boolean {
  return running.has(id) || (reason === 'sandboxed' && podUid !== null && podUids.has(podUid));
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
async function endedOf(unseen: readonly Running[], context: AgentContext): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  await pMap(
    unseen,
    async ({ pod, container }) => {
      if (!(await stillRuns(pod, container, context))) ended.add(container.id);
    },
    { concurrency: lookUpConcurrency },
  );
  return ended;
}

async function stillRuns({ namespace, name }: Pod, { id }: PodContainer, { api, reader, signal }: AgentContext): Promise<boolean> {
  try {
    const pod = reader.pod(await api.get(`/api/v1/namespaces/${pathPart(namespace)}/pods/${pathPart(name)}`));
    return pod.containers.some((container) => container.id === id && container.state === 'running');
  } catch (error) {
    if (error instanceof ApiError) return error.status !== 404;
    if (error instanceof CollectError || isOutOfTime(signal)) return true;
    throw error;
  }
}
