import type { Diagnostic } from './diagnostic.ts';
import type { Source } from './inventory.ts';
import type { PackageRecord, PackageType } from './package.ts';
import type { DatabaseScan, ScanStatus, UnreadReason } from './scan.ts';
import type { System } from './system.ts';

export interface FoundImage {
  readonly name: string | null;
  readonly id: string;
  readonly digest: string | null;
  /** Null where nobody could be asked for them. */
  readonly labels: Readonly<Record<string, string>> | null;
}

/** The pod of a container as its source knows it: by the labels of Kubernetes, or by the uid alone. */
export interface FoundPod {
  readonly uid: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly container: string | null;
}

/** What a source knows of a container before anything in it was read. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  /** Null where the source cannot tell one from another. */
  readonly runtime: string | null;
  /** Null where the source knows of a container nothing but its id and its processes: then its name and its image neither. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly image: FoundImage | null;
  /** The pod that it says it belongs to, or null. */
  readonly pod: FoundPod | null;
  /** Whether it seems to hold nothing but the network of a pod: of a user it is when a pod names it. */
  readonly isPause: boolean;
}

/** The packages of one database. Containers that share a read share this object. */
export interface DatabaseContent {
  readonly type: PackageType;
  readonly packages: readonly PackageRecord[];
}

/** What came of looking into one container: it waits for its team, and for its place in the Inventory. */
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
