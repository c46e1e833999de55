import type { Pod } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import type { NodeFailure } from '../../model/node-look.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { pathPart } from '../path-part.ts';
import { lastWholeIn } from '../snapshot/frames.ts';
import { type KnownContents, unpackSnapshot } from '../snapshot/text.ts';
import { ApiError, type ClusterApi } from './api.ts';
import type { ObjectReader } from './objects.ts';

/** The labels of the pods that deploy/kubernetes/agent.yaml makes, and the name of their container. */
const agentSelector = 'app.kubernetes.io/name=supercargo,app.kubernetes.io/component=agent';
const agentContainer = 'agent';

/** A node with a hundred containers of ten images has a snapshot of some thirty lines. */
const firstLines = 40;

/** A snapshot of so many lines would be as large as the most that is read. */
const maxLines = 10_000;

/** As much of a log as is read at a time. */
const maxLogBytes = 32 * 1024 * 1024;

/** The last whole snapshot of the agent of a node, or why there is none. */
type AgentAnswer = { readonly snapshot: Snapshot } | { readonly failure: NodeFailure };

/** The pods of agents, by node: there may be two while one takes the place of the other. */
export type Agents = ReadonlyMap<string, readonly Pod[]>;

/** Finds the agents of a cluster. Throws what the API server says. */
export async function listAgents(api: ClusterApi, reader: ObjectReader, namespace: string): Promise<Agents> {
  const path = `/api/v1/namespaces/${pathPart(namespace)}/pods`;
  const pods = await api.list(path, reader.pod, { query: { labelSelector: agentSelector } });
  return groupBy(
    pods.filter(({ node }) => node !== null),
    ({ node }) => node as string,
  );
}

/** Reads the newest snapshot of a node. Only the end of the run is thrown, and a bug. */
export async function readSnapshot(pods: readonly Pod[], api: ClusterApi, known: KnownContents): Promise<AgentAnswer> {
  const answers = await Promise.all(pods.map((pod) => readLog(pod, api, known)));
  const takenAt = (answer: AgentAnswer) => ('snapshot' in answer ? Date.parse(answer.snapshot.header.takenAt) : Number.NEGATIVE_INFINITY);
  return answers.reduce((best, other) => (takenAt(other) > takenAt(best) ? other : best));
}

async function readLog(pod: Pod, api: ClusterApi, known: KnownContents): Promise<AgentAnswer> {
  const name = `The agent of the node ${pod.node}, ${pod.namespace}/${pod.name},`;
  if (!pod.containers.some((container) => container.name === agentContainer && container.state === 'running'))
    return { failure: { reason: 'agent-timeout', message: `${name} does not run.` } };
  try {
    const bytes = await lastBytes(pod, api);
    if (bytes !== null) return { snapshot: unpackSnapshot(bytes, known) };
    const message = `${name} has no whole snapshot in its log: it was started just now, or its log was rotated. Its next one will be there within minutes.`;
    return { failure: { reason: 'agent-timeout', message } };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const reason = error instanceof ApiError && (error.status === 403 || error.status === 401) ? 'forbidden' : 'failed';
    return { failure: { reason, message: `${name} could not be read. ${error.message}` } };
  }
}

/** Of the log as little as holds a whole snapshot: how long one is, its lines tell. */
async function lastBytes({ namespace, name }: Pod, api: ClusterApi): Promise<Uint8Array | null> {
  const path = `/api/v1/namespaces/${pathPart(namespace)}/pods/${pathPart(name)}/log?container=${agentContainer}`;
  for (let lines = firstLines; ; ) {
    const { bytes, linesNeeded } = lastWholeIn(await api.getText(`${path}&tailLines=${lines}`, maxLogBytes));
    if (bytes !== null || linesNeeded === null || linesNeeded <= lines || lines === maxLines) return bytes;
    lines = Math.min(linesNeeded, maxLines);
  }
}
