import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { isOutOfTime } from '../../io/deadline.ts';
import { clusterId } from '../../model/cluster-id.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ClusterDirectory, Pod } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Source } from '../../model/inventory.ts';
import type { NodeLook } from '../../model/node-look.ts';
import type { CollectPlan } from '../../model/plan.ts';
import type { SnapshotHeader } from '../../model/snapshot.ts';
import type { KnownContents } from '../snapshot/text.ts';
import { type Agents, listAgents, readSnapshot } from './agents.ts';
import { ApiError } from './api.ts';
import { faultOf, holdAgainst, type Node, nodeOf } from './node-snapshot.ts';
import type { PodAsker } from './pod-again.ts';

/** What all agents of a cluster saw. */
export interface AgentLooks {
  /** One for each node that has an agent, or may have one, and has pods that were asked for. */
  readonly looks: readonly NodeLook[];
  /** Null if there are no agents. */
  readonly source: Source | null;
  readonly diagnostics: readonly Diagnostic[];
}

export const noAgents: AgentLooks = { looks: [], source: null, diagnostics: [] };

export interface AgentContext extends PodAsker {
  readonly cluster: ClusterDirectory;
  readonly plan: CollectPlan['agents'];
}

/** Logs that are read at a time. The API server treats them as long-running requests, which it does not count against a client's limit. */
const concurrency = 32;

/** The interval between requests while waiting for a look, in milliseconds. */
const waitMilliseconds = 2000;

/** How often an agent that has not said so yet is assumed to look, and the longest that a look may take, in milliseconds. */
const usualPause = 30_000;
const longestLook = 30_000;

/** The longest wait for a look, however rarely an agent says that it looks: five minutes. */
const longestWait = 300_000;

/** Reads what the cluster's agents saw, each on its own node: what an agent says about other nodes' containers does not count. */
export async function readAgents(context: AgentContext): Promise<AgentLooks> {
  const { api, reader, cluster, plan } = context;
  const all = [...groupBy(cluster.pods, ({ node }) => node ?? '')].map(([name, pods]) => nodeOf(name, pods));
  const agents = await listAgents(api, reader, plan.namespace).catch(refusalOf);
  if (agents instanceof ApiError) return agents.status === 404 ? noAgents : refusedLooks(all, agents, context);
  const nodes = all.filter(({ name }) => agents.has(name));
  if (nodes.length === 0) return noAgents;
  const answers = await askNodes(nodes, agents, context);
  const looks = [...answers].map(([node, { outcome }]) => ({ cluster: clusterId(cluster), node, outcome }));
  const containers = looks.reduce((sum, { outcome }) => sum + ('scans' in outcome ? outcome.scans.length : 0), 0);
  const versions = new Set([...answers.values()].flatMap(({ header }) => header?.agent.version ?? []));
  const version = [...versions].sort().join(', ') || null;
  return { looks, source: { kind: 'agent', name: cluster.name, version, containers, error: null }, diagnostics: looks.flatMap(unreadNode) };
}

/** A container's reason is one of a few words, which do not say what is wrong with the agent of its node. */
function unreadNode({ outcome }: NodeLook): Diagnostic[] {
  if (!('reason' in outcome)) return [];
  return [{ severity: 'warning', code: 'collect/agent-unread', message: outcome.message, container: null, path: null }];
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return error;
  throw error;
}

/** If agents may not be listed, it is unknown whether there are any: saying that there are none would be a guess. */
function refusedLooks(nodes: readonly Node[], { message }: ApiError, { cluster, plan }: AgentContext): AgentLooks {
  const place = `the namespace ${plan.namespace} (--agent-namespace)`;
  const text = `Agents could not be looked for: that takes the right to list pods in ${place}. What they alone read is missing. ${message}`;
  const looks = nodes.map(({ name }) => {
    const reason = `The agent of the node ${name} could not be looked for: that takes the right to list pods in ${place}. ${message}`;
    return { cluster: clusterId(cluster), node: name, outcome: { reason: 'forbidden', message: reason } } as const;
  });
  const diagnostic = { severity: 'warning', code: 'collect/agents-unasked', message: text, container: null, path: null } as const;
  return { ...noAgents, looks, diagnostics: [diagnostic] };
}

/** What is known about a node so far. */
interface Answer {
  readonly outcome: NodeLook['outcome'];
  /** The header of the snapshot that was read; null if there was none. */
  readonly header: SnapshotHeader | null;
  /** Whether a later look may tell more. */
  readonly isAwaited: boolean;
}

/** Asks the agents of nodes. With --wait, asks again if a later look may tell more, for as long as two looks take. */
async function askNodes(nodes: readonly Node[], agents: Agents, context: AgentContext): Promise<ReadonlyMap<string, Answer>> {
  const { plan, signal } = context;
  const known: KnownContents = new Map();
  const answers = new Map<string, Answer>();
  const ask = async (node: Node, pods: readonly Pod[]) => {
    const before = answers.get(node.name);
    const answer = await askNode(node, pods, known, context).catch((error) => {
      if (isOutOfTime(signal)) return before ?? late(node);
      throw error;
    });
    // A log may be rotated away, and an agent may end, but what it saw remains valid.
    answers.set(node.name, before?.header && !answer.header ? before : answer);
  };
  const askAll = (some: readonly Node[], by: Agents) => pMap(some, (node) => ask(node, by.get(node.name) ?? []), { concurrency });
  await askAll(nodes, agents);
  for (const begun = Date.now(); plan.wait && !isOutOfTime(signal); ) {
    const awaited = nodes.filter(({ name }) => isWaitedFor(answers.get(name) as Answer, Date.now() - begun));
    if (awaited.length === 0) break;
    await sleep(waitMilliseconds, undefined, { signal }).catch(() => {});
    // An agent that was about to start may run by now, or another pod may have replaced it.
    const newest = await listAgain(agents, context);
    await askAll(
      awaited.filter(({ name }) => newest.has(name)),
      newest,
    );
  }
  return answers;
}

const late = ({ name }: Node): Answer => ({
  outcome: { reason: 'timeout', message: `The run had to end before the agent of the node ${name} was read (--timeout).` },
  ...{ header: null, isAwaited: false },
});

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
  const { header } = read.snapshot;
  const askedAt = new Date();
  const fault = faultOf(header, node, askedAt);
  if (fault !== null) return { outcome: fault, header, isAwaited: false };
  const { sight, isAwaited } = await holdAgainst(node, read.snapshot, askedAt, context);
  return { outcome: sight, header, isAwaited };
}
