import type { ContainerScan } from './container-scan.ts';
import type { UnreadReason } from './scan.ts';

/** Why nothing is known about what runs on a node. */
export interface NodeFailure {
  readonly reason: UnreadReason;
  readonly message: string;
}

/** What a node's agent saw when it last looked. */
export interface NodeSight {
  /** When it began to look (RFC 3339), and how often it does, in milliseconds. */
  readonly takenAt: string;
  readonly looksEvery: number;
  /** When it was asked. */
  readonly askedAt: Date;
  readonly scans: readonly ContainerScan[];
  /** Ids of containers that have ended since their pods were listed. */
  readonly ended: ReadonlySet<string>;
}

/** The outcome of asking the agent of a node. */
export interface NodeLook {
  /** Uid of the cluster, or its name if the uid may not be read. */
  readonly cluster: string;
  readonly node: string;
  readonly outcome: NodeSight | NodeFailure;
}

/** Kubernetes gives the start of a container in whole seconds. */
const startResolution = 1000;

/** Whether a container may have started after an agent began to look: then it means nothing that the agent did not see it. */
export function mayBeTooNew(startedAt: string | null, takenAt: string): boolean {
  // For a container whose start is unknown, this would stay true forever.
  return startedAt !== null && Date.parse(startedAt) + startResolution > Date.parse(takenAt);
}

/** How many looks there should have been since a container was started. */
export function looksSince(startedAt: string | null, looksEvery: number, now: Date): number {
  return startedAt === null ? Number.POSITIVE_INFINITY : (now.getTime() - Date.parse(startedAt)) / looksEvery;
}
