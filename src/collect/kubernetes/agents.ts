import type { Pod } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import type { NodeFailure } from '../../model/node-look.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { inOneLine } from '../../text/one-line.ts';
import { pathPart } from '../../text/path-part.ts';
import { lastWholeIn } from '../snapshot/frames.ts';
import { type KnownContents, unpackSnapshot } from '../snapshot/text.ts';
import { ApiError, type ClusterApi, OutOfReach } from './api.ts';
import type { ObjectReader } from './objects.ts';

/** The labels of the pods that deploy/kubernetes/agent.yaml creates, and the name of their container. */
const agentSelector = 'app.kubernetes.io/name=supercargo,app.kubernetes.io/component=agent';
const agentContainer = 'agent';

/** A node with a hundred containers of ten images has a snapshot of about thirty lines. */
const firstLines = 40;

/** A snapshot with this many lines is as large as the most that is read. */
const maxLines = 10_000;

/** For what a node says instead of a log, and for why a pod waits. */
const maxReasonCharacters = 300;

/** How much of a log is read at a time. */
const maxLogBytes = 32 * 1024 * 1024;

/** The last complete snapshot of a node's agent, or why there is none. */
type AgentAnswer = { readonly snapshot: Snapshot } | { readonly failure: NodeFailure };

/** The pods of agents, by node: there may be two while one replaces the other. */
export type Agents = ReadonlyMap<string, readonly Pod[]>;

/** Finds the agents of a cluster. Throws the API server's errors. */
export async function listAgents(api: ClusterApi, reader: ObjectReader, namespace: string): Promise<Agents> {
  const path = `/api/v1/namespaces/${pathPart(namespace)}/pods`;
  const pods = await api.list(path, reader.pod, { query: { labelSelector: agentSelector } });
  return groupBy(
    pods.filter(({ node }) => node !== null),
    ({ node }) => node as string,
  );
}

/** Reads the newest snapshot of a node. Throws only when the run ends, or for a bug. */
export async function readSnapshot(pods: readonly Pod[], api: ClusterApi, known: KnownContents): Promise<AgentAnswer> {
  const answers = await Promise.all(pods.map((pod) => readLog(pod, api, known)));
  const takenAt = (answer: AgentAnswer) => ('snapshot' in answer ? Date.parse(answer.snapshot.header.takenAt) : Number.NEGATIVE_INFINITY);
  return answers.reduce((best, other) => (takenAt(other) > takenAt(best) ? other : best));
}

async function readLog(pod: Pod, api: ClusterApi, known: KnownContents): Promise<AgentAnswer> {
  const name = `The agent of the node ${pod.node}, ${pod.namespace}/${pod.name},`;
  const agent = pod.containers.find((container) => container.name === agentContainer);
  if (agent?.state !== 'running') {
    const why = agent?.waitsFor ? `: ${inOneLine(agent.waitsFor, maxReasonCharacters)}` : '';
    return { failure: { reason: 'agent-timeout', message: `${name} does not run${why}.` } };
  }
  try {
    const { bytes, complaint } = await lastBytes(pod, api);
    if (bytes !== null) return { snapshot: unpackSnapshot(bytes, known) };
    const why =
      complaint === null
        ? 'has no whole snapshot in its log: it was started just now, or its log was rotated. Its next one will be there within minutes.'
        : `has no log that could be read. Its node says: ${inOneLine(complaint, maxReasonCharacters)}`;
    return { failure: { reason: 'agent-timeout', message: `${name} ${why}` } };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const reason = error instanceof ApiError && (error.status === 403 || error.status === 401) ? 'forbidden' : 'failed';
    return { failure: { reason, message: `${name} could not be read. ${wordsOf(error)}` } };
  }
}

/** The cluster was reached when its pods were listed. What is silent now is a node, from which the API server fetches logs. */
function wordsOf(error: CollectError): string {
  return error instanceof OutOfReach ? `The API server could not give its log (${error.reason}): its node may not answer.` : error.message;
}

/** What a kubelet writes instead of a log that it cannot find, with status 200. */
const complaints = /^(?:failed to try resolving symlinks|unable to retrieve container logs|failed to open log file)\b.*/m;

/** Reads as little of the log as holds a complete snapshot: the lines tell how long one is. */
async function lastBytes({ namespace, name }: Pod, api: ClusterApi) {
  const path = `/api/v1/namespaces/${pathPart(namespace)}/pods/${pathPart(name)}/log?container=${agentContainer}`;
  for (let lines = firstLines; ; ) {
    const log = await api.getText(`${path}&tailLines=${lines}`, maxLogBytes);
    const { bytes, linesNeeded } = lastWholeIn(log);
    if (bytes !== null || linesNeeded === null || linesNeeded <= lines || lines === maxLines)
      return { bytes, complaint: complaints.exec(log)?.[0] ?? null };
    lines = Math.min(linesNeeded, maxLines);
  }
}
