import type { Config } from './config.ts';
import type { Source } from './inventory.ts';
import type { Selection } from './selection.ts';

/** A root folder to read as if it were a container. */
export interface RootFolder {
  readonly name: string;
  readonly path: string;
}

/** What to collect, and how: the outcome of the command line. */
export interface CollectPlan {
  /** Only these sources; null: whatever can be found. */
  readonly sources: readonly Source['kind'][] | null;
  readonly docker: {
    readonly host: string | null;
    readonly context: string | null;
    /** Whether files are opened directly if the engine is on this machine, instead of being fetched from it. */
    readonly direct: boolean;
  };
  readonly kubernetes: {
    readonly kubeconfig: string | null;
    /** Names of contexts, or patterns of names; none: the current one. */
    readonly contexts: readonly string[];
    /** Address of an API server that needs no credentials, as from kubectl proxy, instead of a kubeconfig. */
    readonly server: string | null;
    readonly clusterName: string | null;
    /** A file that kubectl get pods -A -o json wrote, instead of a cluster. */
    readonly objectsFile: string | null;
  };
  /** Agents on the nodes of clusters. */
  readonly agents: {
    /** Where their pods are: pods elsewhere could pose as agents and claim anything. */
    readonly namespace: string;
    /** Whether to wait for the next look of an agent that has not seen everything that runs. */
    readonly wait: boolean;
  };
  readonly node: {
    /** Where the processes of the machine are visible: /proc, or where a container has the machine's /proc. */
    readonly procFolder: string;
  };
  readonly config: Config;
  readonly rootFolders: readonly RootFolder[];
  readonly selection: Selection;
  /** Where reads are kept for the next run, or null. */
  readonly cache: { readonly folder: string; readonly reader: string; readonly maxBytes: number } | null;
  /** How many containers are looked into at the same time. */
  readonly concurrency: number;
  /** The longest silence of an engine or an API server, in milliseconds. */
  readonly requestTimeout: number;
  /** The longest that all of collecting may take, in milliseconds, or null. */
  readonly timeout: number | null;
}
