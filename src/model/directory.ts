/** A container as its pod's status describes it. */
export interface PodContainer {
  /** Without the scheme: 64 hexadecimal digits. Null as long as there is none. */
  readonly id: string | null;
  /** Scheme of the id: docker, containerd, cri-o. */
  readonly runtime: string | null;
  readonly name: string;
  readonly type: 'container' | 'init' | 'ephemeral';
  readonly state: 'running' | 'waiting' | 'terminated';
  /** Why it waits, in a word, such as ImagePullBackOff; null if that is not given, or it does not wait. */
  readonly waitsFor: string | null;
  readonly startedAt: string | null;
  readonly image: string;
  readonly imageId: string;
}

/** Keys and values. */
export type Pairs = Readonly<Record<string, string>>;

/** The object that an object belongs to. */
export interface OwnerReference {
  /** Group and version, such as apps/v1. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** An object of a cluster that may name a team. */
export interface ClusterObject {
  readonly kind: string;
  /** Null for objects outside namespaces. */
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  readonly labels: Pairs;
  /** Only those that may name a team: the others can be long. */
  readonly annotations: Pairs;
  /** The controller, or else the first owner that it names. */
  readonly owner: OwnerReference | null;
}

/** What a pod is requested by and identified by: another pod may have its name later. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface Pod extends ClusterObject {
  readonly namespace: string;
  readonly node: string | null;
  readonly runtimeClass: string | null;
  /**
   * The uid that a static pod has on its node and in the labels of its containers: what the cluster shows is a mirror, with a uid of its
   * own. Null for all other pods.
   */
  readonly staticUid: string | null;
  readonly containers: readonly PodContainer[];
}

export interface Service extends ClusterObject {
  readonly namespace: string;
  /** Labels that a pod must have to be behind it; a Service that names none is in front of no pod. */
  readonly selector: Pairs;
}

/** Who owns what in one cluster. Lists are null if the account may not read them. */
export interface ClusterDirectory {
  readonly name: string;
  readonly uid: string | null;
  readonly version: string | null;
  readonly pods: readonly Pod[];
  /** The owners of pods, and their owners, by uid. */
  readonly workloads: ReadonlyMap<string, ClusterObject>;
  /** Kinds of owners that could not be asked, as apiVersion/kind. */
  readonly unaskedKinds: ReadonlySet<string>;
  /** By namespace, including those that name no team. */
  readonly services: ReadonlyMap<string, readonly Service[]> | null;
  /** By name. */
  readonly namespaces: ReadonlyMap<string, ClusterObject> | null;
  /** Labels of the nodes by name; also null if they were not requested. */
  readonly nodes: ReadonlyMap<string, Pairs> | null;
}

/** Who owns which containers, as far as Kubernetes says. */
export interface Directory {
  /** `absent`: no cluster is in use; `failed`: there is one but it could not be asked; `not-asked`: the user left it out. */
  readonly state: 'asked' | 'absent' | 'failed' | 'not-asked';
  readonly clusters: readonly ClusterDirectory[];
}
