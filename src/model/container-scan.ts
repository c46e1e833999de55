import type { Diagnostic } from './diagnostic.ts';
import type { Source } from './inventory.ts';
import type { PackageRecord, PackageType } from './package.ts';
import type { DatabaseScan, ScanStatus, UnreadReason } from './scan.ts';
import type { System } from './system.ts';

export interface FoundImage {
  readonly name: string | null;
  readonly id: string;
  readonly digest: string | null;
  /** Null if nobody could be asked for them. */
  readonly labels: Readonly<Record<string, string>> | null;
}

/** The pod of a container as its source knows it: from the labels of Kubernetes, or only its uid. */
export interface FoundPod {
  readonly uid: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly container: string | null;
}

/** What a source knows about a container before anything in it is read. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  /** Null if the source cannot tell runtimes apart. */
  readonly runtime: string | null;
  /** Null if the source knows only the id and the processes of a container: then it knows neither its name nor its image. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly image: FoundImage | null;
  /** The pod that it says it belongs to, or null. */
  readonly pod: FoundPod | null;
  /** Whether it seems to hold only the network of a pod; if a pod names it, it is a user's. */
  readonly isPause: boolean;
}

/** The packages of one database. Containers that share a read share this object. */
export interface DatabaseContent {
  readonly type: PackageType;
  readonly packages: readonly PackageRecord[];
}

/** The result of looking into one container, not yet with its team or its place in the Inventory. */
export interface ContainerScan {
  readonly container: FoundContainer;
  readonly by: Source['kind'];
  readonly startedAt: string | null;
  readonly collectedAt: string;
  readonly status: ScanStatus;
  readonly reason: UnreadReason | null;
  readonly message: string | null;
  readonly drift: boolean | null;
  readonly system: System | null;
  readonly databases: readonly DatabaseScan[];
  readonly contents: readonly DatabaseContent[];
  readonly diagnostics: readonly Diagnostic[];
}
