import * as z from 'zod/mini';
import { Diagnostic } from './diagnostic.ts';
import { longestPause } from './longest-pause.ts';
import { Package, PackageType } from './package.ts';
import { DatabaseScan, ScanStatus, UnreadReason } from './scan.ts';
import { System } from './system.ts';

/** Version of the snapshot format. A reader accepts only this number, and ignores unknown keys. */
export const snapshotForm = 1;

const Pause = z.int().check(z.positive(), z.maximum(longestPause));

/** What an agent says about itself and its snapshot: the snapshot's first line. */
export const SnapshotHeader = z.object({
  form: z.literal(snapshotForm),
  agent: z.object({ name: z.string(), version: z.string() }),
  node: z.string(),
  /** When the look began (RFC 3339). */
  takenAt: z.iso.datetime(),
  /** How often the agent looks, in milliseconds; it prints changes at once. */
  looksEvery: Pause,
  /** How often it prints at least, in milliseconds. */
  printsEvery: Pause,
});
export type SnapshotHeader = Readonly<z.infer<typeof SnapshotHeader>>;

/** The packages of one database. Containers with the same packages share it. */
export const SnapshotContent = z.object({
  type: PackageType,
  packages: z.array(z.omit(Package, { type: true, purl: true })),
});
export type SnapshotContent = Readonly<z.infer<typeof SnapshotContent>>;

/** One container as the agent found it. */
export const SnapshotContainer = z.object({
  id: z.string(),
  runtime: z.nullable(z.string()),
  podUid: z.nullable(z.string()),
  isPause: z.boolean(),
  startedAt: z.nullable(z.string()),
  status: ScanStatus,
  reason: z.nullable(UnreadReason),
  message: z.nullable(z.string()),
  system: z.nullable(System),
  databases: z.array(DatabaseScan),
  /** Positions in the contents of the snapshot. */
  contents: z.array(z.int()),
  diagnostics: z.array(z.omit(Diagnostic, { container: true })),
});
export type SnapshotContainer = Readonly<z.infer<typeof SnapshotContainer>>;

/** All containers of a node, as its agent saw them in one look. */
export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly contents: readonly SnapshotContent[];
  readonly containers: readonly SnapshotContainer[];
}
