import type { Config } from './config.ts';
import type { Source } from './inventory.ts';
import type { Selection } from './selection.ts';

/** A root folder to read as if it were a container. */
export interface RootFolder {
  readonly name: string;
  readonly path: string;
}

/** What to collect, and how: what the command line came to. */
export interface CollectPlan {
  /** Only these sources; null: look around for what there is. */
  readonly sources: readonly Source['kind'][] | null;
  readonly docker: {
    readonly host: string | null;
    readonly context: string | null;
    /** Whether files are opened where they lie, when the engine is on this machine, instead of being fetched from it. */
    readonly direct: boolean;
  };
  readonly kubernetes: {
    readonly kubeconfig: string | null;
    /** Names of contexts, or patterns of names; none: the current one. */
    readonly contexts: readonly string[];
    /** Address of an API server that asks for no credentials, such as kubectl proxy gives, instead of a kubeconfig. */
    readonly server: string | null;
    readonly clusterName: string | null;
    /** A file that kubectl get pods -A -o json wrote, instead of a cluster. */
    readonly objectsFile: string | null;
  };
  /** Agents on the nodes of clusters. */
  readonly agents: {
    /** Where their pods are: what others call agents could say what they like. */
    readonly namespace: string;
    /** Whether to wait for the next look of an agent that has not seen all that runs. */
    readonly wait: boolean;
  };
  readonly node: {
    /** Where the processes of the machine are seen: /proc, or where a container has that of the machine. */
    readonly procFolder: string;
  };
  readonly config: Config;
  readonly rootFolders: readonly RootFolder[];
  readonly selection: Selection;
  /** Where what was read is kept for the next run, or null. */
  readonly cache: { readonly folder: string; readonly reader: string; readonly maxBytes: number } | null;
  /** Containers that are looked into at the same time. */
  readonly concurrency: number;
  /** The longest silence of an engine or an API server, in milliseconds. */
  readonly requestTimeout: number;
  /** The longest that collecting may take as a whole, in milliseconds, or null. */
  readonly timeout: number | null;
}
