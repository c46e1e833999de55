import { type Command, Option } from 'commander';
import type { Config } from '../../model/config.ts';
import { UsageError } from '../../model/errors.ts';
import type { CollectPlan, RootFolder } from '../../model/plan.ts';
import { type LoadedConfig, loadConfig } from '../config/config-file.ts';
import { defaultCacheBytes, findCacheFolder } from '../folders/cache-folder.ts';
import { homeFolder } from '../folders/home-folder.ts';
import { reader } from '../version.ts';
import { choiceOf, duration, positiveInteger, repeatable } from './flag-values.ts';
import { kindNames, sourcesOf } from './source-flags.ts';

/** Containers read at a time. Those of one image wait for the one that reads it; an engine's load is limited by its connections. */
const defaultConcurrency = 32;

/** How long an engine on a busy machine may take for one answer, in milliseconds. */
export const defaultRequestTimeout = 30_000;

/** The one that deploy/kubernetes makes. */
const defaultAgentNamespace = 'supercargo';

export interface CollectFlags {
  readonly source?: string[];
  readonly dockerHost?: string;
  readonly dockerContext?: string;
  readonly direct?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string[];
  readonly config?: string;
  readonly server?: string;
  readonly clusterName?: string;
  readonly pods?: string;
  readonly agentNamespace?: string;
  readonly wait?: boolean;
  readonly procRoot?: string;
  readonly rootfs?: string[];
  readonly namespace?: string[];
  readonly allNamespaces?: boolean;
  readonly excludeNamespace?: string[];
  readonly selector?: string;
  readonly cache?: boolean;
  readonly concurrency?: number;
  readonly requestTimeout?: number;
  readonly timeout?: number;
}

/** Flags that say what to collect, and from where. */
export function addCollectFlags(command: Command): Command {
  return addFindFlags(command)
    .option('--no-direct', 'fetch all files through the engine, even if they could be opened on this machine')
    .option('--agent-namespace <name>', 'the namespace of the agents that look at the nodes of the cluster (default: supercargo)')
    .option('--wait', 'wait for the next look of agents that have not seen all that runs')
    .option('--no-cache', 'read everything anew, and keep nothing of it (the command cache says where it is kept)');
}

/** Those of them that find containers and their owners, without reading any. */
export function addFindFlags(command: Command): Command {
  return addNamespaceFlags(command)
    .option('-l, --selector <selector>', 'read only pods with these labels, as in kubectl')
    .optionsGroup('Sources:')
    .addOption(
      new Option('--source <kind>', 'read only this kind of source, and the folders of --rootfs (repeatable)')
        .choices(kindNames)
        .argParser(choiceOf(kindNames)),
    )
    .option(
      '--docker-host <address>',
      'Docker or Podman: unix://, tcp:// or ssh:// (default: DOCKER_HOST, the Docker context, the usual sockets)',
    )
    .option('--docker-context <name>', 'the Docker context to use')
    .option('--kubeconfig <file>', 'the kubeconfig to use (default: KUBECONFIG, ~/.kube/config, the service account)')
    .option('--context <name>', 'the context of the kubeconfig to use: a name or a pattern such as prod-* (repeatable)', repeatable)
    .option('--server <url>', 'an API server that asks for no credentials, such as kubectl proxy gives')
    .option('--cluster-name <name>', 'what to call the cluster (default: SUPERCARGO_CLUSTER, the context)')
    .option('--pods <file>', 'what kubectl get pods -A -o json wrote, plain or gzipped, - for standard input: instead of a cluster')
    .option('--proc-root <folder>', 'where the processes of this machine are seen, to open the files of their containers (default: /proc)')
    .option('--config <file>', 'where teams are found (default: ./supercargo.yaml or .yml, the same in ~/.config/supercargo)')
    .option(
      '--rootfs <[name=]folder>',
      'read an unpacked root file system as a container, and otherwise only what other flags name (repeatable)',
      repeatable,
    )
    .optionsGroup('Reading:')
    .option('--concurrency <number>', `containers to look into at a time (default: ${defaultConcurrency})`, positiveInteger)
    .option('--request-timeout <duration>', 'longest silence of an engine, a cluster or an endpoint, such as 2m (default: 30s)', duration)
    .option('--timeout <duration>', 'longest time for the whole run; what is not read by then is unread', duration);
}

/** They select what is collected, or what is reported from an earlier collection. */
export function addNamespaceFlags(command: Command): Command {
  return command
    .optionsGroup('Filters:')
    .option('-n, --namespace <name>', 'only this namespace (repeatable)', repeatable)
    .option('-A, --all-namespaces', 'all namespaces (the default)')
    .option('--exclude-namespace <name>', 'leave out the namespaces of this name or pattern (repeatable)', repeatable);
}

/** The config that the flags select. */
export function configOf({ config }: Pick<CollectFlags, 'config'>, signal: AbortSignal): Promise<LoadedConfig> {
  return loadConfig(config, { workingDirectory: process.cwd(), homeDirectory: homeFolder(), env: process.env, signal });
}

export type NamespaceFlags = Pick<CollectFlags, 'allNamespaces' | 'namespace' | 'excludeNamespace'>;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const namespaceName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A name that no namespace can have gives an empty result, or leaves out nothing: either looks like good news. */
export function checkNamespaces({ allNamespaces, namespace, excludeNamespace }: NamespaceFlags): void {
  if (allNamespaces && namespace) throw new UsageError('-A and -n contradict each other: give one of them.');
  const wrong = namespace?.find((name) => !namespaceName.test(name));
  if (wrong !== undefined && /[*?,]/.test(wrong))
    throw new UsageError(`-n ${wrong}: that is no name of a namespace. For several, repeat it: -n shop -n payments.`);
  if (wrong !== undefined)
    throw new UsageError(
      `-n ${wrong}: that is no name of a namespace, which has only small letters, digits and -, and 63 of them at most.`,
    );
  const several = excludeNamespace?.find((name) => name.includes(','));
  if (several !== undefined)
    throw new UsageError(`--exclude-namespace ${several}: for several, repeat it: --exclude-namespace shop --exclude-namespace 'kube-*'.`);
}

export function planOf(flags: CollectFlags, config: Config): CollectPlan {
  checkNamespaces(flags);
  return {
    sources: sourcesOf(flags),
    docker: { host: flags.dockerHost ?? null, context: flags.dockerContext ?? null, direct: flags.direct ?? true },
    kubernetes: {
      kubeconfig: flags.kubeconfig ?? null,
      contexts: flags.context ?? [],
      server: flags.server ?? null,
      clusterName: flags.clusterName ?? null,
      objectsFile: flags.pods ?? null,
    },
    agents: { namespace: flags.agentNamespace ?? defaultAgentNamespace, wait: flags.wait ?? false },
    node: { procFolder: flags.procRoot ?? '/proc' },
    config,
    rootFolders: rootFoldersOf(flags.rootfs ?? []),
    selection: {
      namespaces: [...new Set(flags.namespace)],
      excludedNamespaces: flags.excludeNamespace ?? [],
      selector: flags.selector ?? null,
    },
    cache: flags.cache === true ? cachePlan() : null,
    concurrency: flags.concurrency ?? defaultConcurrency,
    requestTimeout: flags.requestTimeout ?? defaultRequestTimeout,
    timeout: flags.timeout ?? null,
  };
}

function cachePlan(): CollectPlan['cache'] {
  const folder = findCacheFolder(process.env, homeFolder());
  return folder === null ? null : { folder, reader, maxBytes: defaultCacheBytes };
}

/** `NAME=DIR`, or `DIR`, which is then named as typed. A name has no slash in it. */
function rootFoldersOf(values: readonly string[]): RootFolder[] {
  const folders = values.map((value) => {
    const [, name, path] = /^([^/=]+)=(.+)$/s.exec(value) ?? [];
    return name !== undefined && path !== undefined ? { name, path } : { name: value.replace(/(?<=.)\/+$/, ''), path: value };
  });
  const twice = folders.find(({ name }, index) => folders.findIndex((other) => other.name === name) !== index);
  if (twice) throw new UsageError(`--rootfs: two folders are called ${twice.name}. Give them names: --rootfs NAME=DIR.`);
  return folders;
}
