import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { CollectError, UsageError } from '../../model/errors.ts';
import type { CollectPlan } from '../../model/plan.ts';
import { matchesGlob } from '../../text/glob.ts';
import type { UserEnvironment } from '../user-environment.ts';
import { readKubeconfig } from './kubeconfig.ts';

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export interface ClusterChoice {
  readonly config: KubeConfig;
  /** The name of the context, or what the user calls the cluster. */
  readonly name: string;
  readonly server: string;
  /** What led to this choice, for people: a flag, a variable, a file. */
  readonly chosenBy: string;
}

interface Loaded {
  readonly config: KubeConfig;
  readonly chosenBy: string;
  /** What to call the cluster when its context has no name for it. */
  readonly name?: string;
}

interface ConfigEnvironment extends UserEnvironment {
  readonly signal: AbortSignal;
}

/**
 * Finds clusters as kubectl does: --kubeconfig, KUBECONFIG, ~/.kube/config, the service account of a pod; and in a kubeconfig, the contexts
 * asked for, or the current one. Empty if there is none.
 */
export async function chooseClusters(choice: CollectPlan['kubernetes'], environment: ConfigEnvironment): Promise<ClusterChoice[]> {
  const { env } = environment;
  const found = choice.server === null ? await loadConfig(choice.kubeconfig, environment) : openServer(choice.server);
  if (found === null) {
    if (choice.contexts.length > 0) throw new UsageError(`There is no kubeconfig with a context ${choice.contexts[0]}. Set --kubeconfig.`);
    return [];
  }
  const { config, chosenBy } = found;
  const given = choice.clusterName ?? env.SUPERCARGO_CLUSTER ?? found.name ?? null;
  const contexts = choice.contexts.length === 0 ? [config.getCurrentContext()] : contextsOf(config, choice.contexts);
  if (choice.clusterName !== null && contexts.length > 1)
    throw new UsageError(`--cluster-name names one cluster, and --context ${contexts.length} of them: ${contexts.join(', ')}.`);
  return contexts.map((context) => {
    const own = withContext(config, context);
    const server = own.getCurrentCluster()?.server;
    if (!server)
      throw new CollectError(`The kubeconfig (${chosenBy}) has no current context. Set --context, or use kubectl config use-context.`);
    // The URL is never repeated, here or elsewhere: it may contain a password.
    if (!isServer(server)) throw new CollectError(`The server of the context ${context} (${chosenBy}) is no URL of http or https.`);
    return { config: own, name: contexts.length === 1 ? (given ?? context) : context, server, chosenBy };
  });
}

const isServer = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** An API server that requires no credentials. */
function openServer(server: string): Loaded {
  if (!isServer(server)) throw new UsageError('--server: that is no URL of http or https. Give one such as http://127.0.0.1:8001.');
  const config = new KubeConfig();
  const { host, username, password } = new URL(server);
  // All users of the machine can read what is typed, in the list of processes.
  if (username !== '' || password !== '')
    throw new UsageError('--server takes no credentials: others on this machine would see them. Put them into a file, see --kubeconfig.');
  config.loadFromClusterAndUser({ name: host, server, skipTLSVerify: false }, { name: 'nobody' });
  return { config, chosenBy: '--server', name: host };
}

/** Without a kubeconfig, client-node's own loadFromDefault invents a cluster on localhost:8080. This keeps kubectl's order. */
async function loadConfig(flag: string | null, { env, homeDirectory, signal }: ConfigEnvironment): Promise<Loaded | null> {
  if (flag !== null) return { config: await loadFiles([flag], '--kubeconfig', signal), chosenBy: '--kubeconfig' };
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) return { config: await loadFiles(listed, 'KUBECONFIG', signal), chosenBy: 'KUBECONFIG' };
  const own = join(homeDirectory, '.kube', 'config');
  if (existsSync(own)) return loadOwn(own, signal);
  if (!env.KUBERNETES_SERVICE_HOST || !existsSync(serviceAccountToken)) return null;
  const config = new KubeConfig();
  config.loadFromCluster();
  return { config, chosenBy: 'the service account', name: 'in-cluster' };
}

/** A kubeconfig without any context, as some tools leave behind, is not a cluster. */
async function loadOwn(path: string, signal: AbortSignal): Promise<Loaded | null> {
  const config = await loadFiles([path], path, signal);
  return config.getContexts().length === 0 ? null : { config, chosenBy: '~/.kube/config' };
}

async function loadFiles(paths: readonly string[], chosenBy: string, signal: AbortSignal): Promise<KubeConfig> {
  const existing = paths.filter((path) => existsSync(path));
  if (existing.length === 0) {
    const message = `Cannot read the kubeconfig ${paths.join(delimiter)} (${chosenBy}): no such file.`;
    // What was typed is wrong; what was set may be a leftover.
    throw chosenBy === '--kubeconfig' ? new UsageError(message) : new CollectError(message);
  }
  return merge(await Promise.all(existing.map((path) => loadFile(path, chosenBy, signal))));
}

/** As in kubectl, the first of each name counts, and the first current context. client-node takes the last, and refuses repeated names. */
function merge(configs: readonly KubeConfig[]): KubeConfig {
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.getClusters())),
    users: firstOfEachName(configs.flatMap((config) => config.getUsers())),
    contexts: firstOfEachName(configs.flatMap((config) => config.getContexts())),
    currentContext: configs.map((config) => config.getCurrentContext()).find((name) => name) ?? '',
  });
  return merged;
}

function firstOfEachName<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  const first = new Map<string, Item>();
  for (const item of items) if (!first.has(item.name)) first.set(item.name, item);
  return [...first.values()];
}

async function loadFile(path: string, chosenBy: string, signal: AbortSignal): Promise<KubeConfig> {
  const unreadable = (reason = 'it is not a readable kubeconfig file', options?: ErrorOptions) =>
    new CollectError(`Cannot read the kubeconfig ${path} (${chosenBy}): ${reason}.`, options);
  let config: KubeConfig;
  try {
    config = await readKubeconfig(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Covers all errors of the YAML parser or the file system. They may quote the kubeconfig, so they are not repeated.
    throw unreadable(reasons[(error as NodeJS.ErrnoException).code ?? ''], { cause: error });
  }
  if (!hasTexts(config)) throw unreadable();
  return config;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ERR_STRING_TOO_LONG: 'it is larger than 16 MiB, the most that is read',
};

/** client-node accepts whatever YAML yields as a name or an address, such as a number or a map. kubectl refuses it. */
function hasTexts(config: KubeConfig): boolean {
  const contexts = config.getContexts().flatMap(({ name, cluster }) => [name, cluster]);
  const clusters = config.getClusters().flatMap(({ name, server }) => [name, server]);
  const users = config.getUsers().map(({ name }) => name);
  return [...contexts, ...clusters, ...users, config.getCurrentContext() ?? ''].every((text) => typeof text === 'string');
}

/** The contexts that match a pattern, each once, in the order of the kubeconfig. */
function contextsOf(config: KubeConfig, patterns: readonly string[]): string[] {
  const names = config.getContexts().map(({ name }) => name);
  const unknown = patterns.find((pattern) => !names.some((name) => matchesGlob(pattern, name)));
  if (unknown !== undefined) throw new UsageError(`The kubeconfig has no context ${unknown}. It has: ${names.join(', ') || 'none'}.`);
  return names.filter((name) => patterns.some((pattern) => matchesGlob(pattern, name)));
}

function withContext(config: KubeConfig, currentContext: string): KubeConfig {
  const own = new KubeConfig();
  own.loadFromOptions({ clusters: config.getClusters(), users: config.getUsers(), contexts: config.getContexts(), currentContext });
  const cluster = own.getCurrentCluster();
  if (!cluster?.server.startsWith('http:') || cluster.skipTLSVerify) return own;
  // For example for `kubectl proxy`: client-node uses plain HTTP only if told to skip TLS verification. kubectl sends no credentials over
  // plain HTTP, where everyone on the way could read them.
  own.clusters = [{ ...cluster, skipTLSVerify: true }];
  own.users = own.getUsers().map(({ name }) => ({ name }));
  return own;
}
