import pMap from 'p-map';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ClusterDirectory, Pod, PodContainer } from '../model/directory.ts';
import { CollectError } from '../model/errors.ts';
import type { Source } from '../model/inventory.ts';
import type { Selection } from '../model/plan.ts';
import { checkAnswer } from './answer.ts';
import type { CollectContext } from './collector.ts';
import { type ContainerStatus, NamespaceAnswer, PodAnswer, VersionAnswer } from './kubernetes/answers.ts';
import { ApiError, type ClusterApi, openCluster } from './kubernetes/api.ts';
import { chooseCluster } from './kubernetes/config.ts';

/** One cluster that answered. */
export interface OpenDirectory {
  readonly source: Source;
  readonly cluster: ClusterDirectory;
  readonly diagnostics: readonly Diagnostic[];
  /** Asks for single pods again: those that came up after the list. Pods of which the cluster does not tell are left out of the answer. */
  readonly lookUp: (pods: readonly { readonly namespace: string; readonly name: string }[]) => Promise<readonly Pod[]>;
}

/** Requests for single objects that are under way at the same time. */
const lookUpConcurrency = 8;

/** Pods, namespaces and the identity of a cluster. Null when there is no cluster; a CollectError when it does not answer. */
export async function readDirectory(context: CollectContext): Promise<OpenDirectory | null> {
  const { plan, signal, note } = context;
  const choice = chooseCluster(plan.kubernetes, context);
  if (choice === null) return null;
  const api = openCluster({ config: choice.config, server: choice.server, signal, timeout: plan.requestTimeout });
  const diagnostics: Diagnostic[] = [];
  const [pods, namespaces, uid, version] = await Promise.all([
    listPods(api, plan.selection),
    readNamespaces(api, plan.selection, diagnostics),
    readUid(api, diagnostics),
    readVersion(api),
  ]);
  const running = pods.flatMap((pod) => pod.containers).filter(({ state }) => state === 'running').length;
  note(`Kubernetes ${version ?? ''} at ${choice.name} (${choice.chosenBy}): ${pods.length} pods, ${running} running containers`);
  return {
    source: { kind: 'kubernetes', name: choice.name, version, containers: running, error: null },
    cluster: { name: choice.name, uid, version, pods, namespaces },
    diagnostics,
    lookUp: async (wanted) => (await pMap(wanted, (pod) => findPod(api, pod), { concurrency: lookUpConcurrency })).flat(),
  };
}

async function listPods(api: ClusterApi, selection: Selection): Promise<Pod[]> {
  const query: Record<string, string> = selection.selector === null ? {} : { labelSelector: selection.selector };
  const lists = await Promise.all(podPaths(selection).map((path) => api.list(path, query))).catch((error) => {
    throw withAdvice(error, selection);
  });
  const excluded = new Set(selection.excludedNamespaces);
  return lists.flatMap((items) => items.map(podOf)).filter(({ namespace }) => !excluded.has(namespace));
}

function podPaths({ namespaces }: Selection): string[] {
  return namespaces.length === 0 ? ['/api/v1/pods'] : namespaces.map((name) => `/api/v1/namespaces/${encodeURIComponent(name)}/pods`);
}

function withAdvice(error: unknown, { namespaces }: Selection): unknown {
  if (!(error instanceof ApiError) || error.status !== 403 || namespaces.length > 0) return error;
  return new CollectError(`${error.message} If it may read single namespaces, name them with -n.`, { cause: error });
}

/** Labels of the namespaces by name: of all of them, or of those selected. Null, and said so, when the account may not read them. */
async function readNamespaces(api: ClusterApi, { namespaces }: Selection, diagnostics: Diagnostic[]) {
  try {
    const items =
      namespaces.length === 0
        ? await api.list('/api/v1/namespaces')
        : await Promise.all(namespaces.map((name) => api.get(`/api/v1/namespaces/${encodeURIComponent(name)}`)));
    const answers = items.map((item) => checkAnswer(NamespaceAnswer, item, "The API server's answer on a namespace"));
    return new Map(answers.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    diagnostics.push(warning('collect/namespaces-forbidden', `The labels of namespaces are not known. ${error.message}`));
    return null;
  }
}

/** The uid of kube-system is the identity of a cluster: it has no other. */
async function readUid(api: ClusterApi, diagnostics: Diagnostic[]): Promise<string | null> {
  try {
    return checkAnswer(NamespaceAnswer, await api.get('/api/v1/namespaces/kube-system'), "The API server's answer on kube-system").metadata
      .uid;
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    diagnostics.push(warning('collect/cluster-uid', `The uid of the cluster is not known; its name stands for it. ${error.message}`));
    return null;
  }
}

async function readVersion(api: ClusterApi): Promise<string | null> {
  try {
    return checkAnswer(VersionAnswer, await api.get('/version'), "The API server's answer to /version").gitVersion;
  } catch (error) {
    // Some clusters tell it to nobody: it is only shown.
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

async function findPod(api: ClusterApi, { namespace, name }: { readonly namespace: string; readonly name: string }): Promise<Pod[]> {
  try {
    return [podOf(await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`))];
  } catch (error) {
    // One pod of which the cluster does not tell costs one team, not the result.
    if (error instanceof CollectError) return [];
    throw error;
  }
}

function podOf(item: unknown): Pod {
  const { metadata, spec, status } = checkAnswer(PodAnswer, item, "The API server's answer on a pod");
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName ?? null,
    labels: metadata.labels ?? {},
    containers: [
      ...(status.containerStatuses ?? []).map((container) => containerOf(container, 'container')),
      ...(status.initContainerStatuses ?? []).map((container) => containerOf(container, 'init')),
      ...(status.ephemeralContainerStatuses ?? []).map((container) => containerOf(container, 'ephemeral')),
    ],
  };
}

function containerOf(status: ContainerStatus, type: PodContainer['type']): PodContainer {
  // `docker://<id>`: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
  const [runtime = null, id = null] = status.containerID?.split('://', 2) ?? [];
  const running = status.state?.running;
  const state = running ? 'running' : status.state?.terminated ? 'terminated' : 'waiting';
  return {
    id,
    runtime,
    name: status.name,
    type,
    state,
    startedAt: running?.startedAt ?? null,
    image: status.image,
    imageId: status.imageID,
  };
}

function warning(code: string, message: string): Diagnostic {
  return { severity: 'warning', code, message, container: null, path: null };
}
