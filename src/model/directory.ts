/** A container as the status of its pod has it. */
export interface PodContainer {
  /** Without the scheme: 64 hexadecimal digits. Null as long as there is none. */
  readonly id: string | null;
  /** Scheme of the id: docker, containerd, cri-o. */
  readonly runtime: string | null;
  readonly name: string;
  readonly type: 'container' | 'init' | 'ephemeral';
  readonly state: 'running' | 'waiting' | 'terminated';
  readonly startedAt: string | null;
  readonly image: string;
  readonly imageId: string;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly PodContainer[];
}

/** Who owns what in one cluster. */
export interface ClusterDirectory {
  readonly name: string;
  readonly uid: string | null;
  readonly version: string | null;
  readonly pods: readonly Pod[];
  /** Labels of the namespaces by name; null when the account may not read them. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>> | null;
}

/** Whose container it is, as far as Kubernetes says. */
export interface Directory {
  /** `absent`: no cluster is in use; `failed`: there is one and it could not be asked; `not-asked`: the user left it out. */
  readonly state: 'asked' | 'absent' | 'failed' | 'not-asked';
  readonly clusters: readonly ClusterDirectory[];
}
