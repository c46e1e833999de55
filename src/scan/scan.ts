import pLimit from 'p-limit';
import type { Inspection, Target } from '../collect/target.ts';
import type { ContainerScan } from '../model/container-scan.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { UnreadReason } from '../model/scan.ts';
import { hasDrifted } from './drift.ts';
import { type FoundDatabase, findDatabases, type HiddenDatabase, isHidden } from './find-databases.ts';
import { type DatabaseRead, maxAttempts, reasonOf } from './read-database.ts';
import { readDatabases } from './read-databases.ts';
import { findOsRelease, type LostSystem, readSystem } from './read-system.ts';
import type { SharedReads } from './shared-reads.ts';
import { findUnread } from './unread-places.ts';

/**
 * Of how many containers the databases are looked for at a time; the others read theirs meanwhile, or wait for what another reads. Where all
 * look for theirs at once, the first archive is asked for when the last has found its own, and nobody has anything else to do.
 */
const findsAtATime = pLimit(8);

/** Looks into one container. What cannot be read is in the result; only a bug and the end of the run are thrown. */
export async function scanTarget(target: Target, shared: SharedReads, now: () => Date): Promise<ContainerScan> {
  const unread = (reason: UnreadReason, message: string) => unreadScan(target, now(), reason, message);
  const gone = () => unread('gone', 'It ended during the scan.');
  const unlessBug = (error: unknown) => {
    if (!(error instanceof CollectError)) throw error;
    return unread(reasonOf(error), error.message);
  };
  try {
    for (let attempt = 1; ; attempt++) {
      const before = await findsAtATime(() => findInside(target, now));
      const scan = before && (await scanRunning(target, shared, before).catch(unlessBug));
      const isConfirmed = await target.confirm();
      if (before === null || scan === null) return gone();
      if (!isConfirmed) {
        if (attempt === maxAttempts) return unread('failed', 'It was started anew again and again while it was read.');
        continue;
      }
      if (scan.status === 'read' || attempt === maxAttempts) return scan;
      // Of a container that is gone an engine says that a path is missing, or that it failed: nothing is claimed before it was asked again.
      const after = await target.inspect();
      if (after === null) return gone();
      if (after.startedAt !== before.startedAt) continue;
      if (scan.status === 'no-database' && (await target.stat('/')) === null)
        return unread('failed', 'The engine shows no file of it, not even its root.');
      return scan;
    }
  } catch (error) {
    return unlessBug(error);
  } finally {
    target.release();
  }
}

/** A container that was not looked into, or not with success. */
export function unreadScan(target: Target, collectedAt: Date, reason: UnreadReason, message: string): ContainerScan {
  const { container, source } = target;
  const nothing = { startedAt: null, drift: null, system: null, databases: [], contents: [], diagnostics: [] };
  return { container, by: source, collectedAt: collectedAt.toISOString(), status: 'unread', reason, message, ...nothing };
}

/** A container that runs, and what is to be read of it: or why that could not be found. */
interface RunningContainer extends Inspection {
  readonly at: Date;
  readonly files: PromiseSettledResult<readonly [Awaited<ReturnType<typeof findOsRelease>>, readonly (FoundDatabase | HiddenDatabase)[]]>;
}

/** Finds all that is to be read before any of it is: an engine answers nothing about a container while it sends a file of it. */
async function findInside(target: Target, now: () => Date): Promise<RunningContainer | null> {
  const inspection = await target.inspect();
  if (inspection === null) return null;
  const at = now();
  const [files] = await Promise.allSettled([Promise.all([findOsRelease(target), findDatabases(target)])]);
  return { ...inspection, at, files };
}

async function scanRunning(target: Target, shared: SharedReads, running: RunningContainer): Promise<ContainerScan> {
  if (running.files.status === 'rejected') throw running.files.reason;
  const [osRelease, found] = running.files.value;
  const [{ system, lost }, databaseReads] = await Promise.all([
    readSystem(target, osRelease, shared),
    readDatabases(target, found, shared),
  ]);
  const { container, source } = target;
  const odd: Diagnostic[] = [];
  const parts = databaseReads.flatMap((read) => read.parts);
  const drifted = await hasDrifted(target, running.createdAt, parts, odd);
  // What is hidden may have changed all the same.
  const drift = drifted === false && found.some(isHidden) ? null : drifted;
  const unread = databaseReads.length === 0 ? await findUnread(target) : [];
  const told = [...(lost === null ? [] : [lost.diagnostic]), ...databaseReads.flatMap((read) => read.diagnostics), ...unread];
  const diagnostics = [...odd, ...told.map((diagnostic) => ({ ...diagnostic, container: container.id }))];
  return {
    ...{
      container,
      by: source,
      startedAt: running.startedAt,
      collectedAt: running.at.toISOString(),
      drift,
      system,
      databases: databaseReads.map(({ scan }) => scan),
      diagnostics,
    },
    ...outcomeOf(databaseReads, lost),
    contents: databaseReads.flatMap(({ content }) => (content === null ? [] : [content])),
  };
}

/** What the databases of a container, and its system, come to for the container. */
function outcomeOf(reads: readonly DatabaseRead[], lost: LostSystem | null): Pick<ContainerScan, 'status' | 'reason' | 'message'> {
  if (reads.length === 0) return { status: 'no-database', reason: null, message: null };
  const failed = reads.find(({ scan }) => scan.status !== 'read');
  // Packages without their distribution have other package URLs: that is not all there is to say of them.
  if (failed === undefined && lost !== null) return { status: 'partial', reason: lost.reason, message: lost.diagnostic.message };
  if (failed === undefined) return { status: 'read', reason: null, message: null };
  // Its own, whatever path it names: that of a database in a folder is one of the files in it.
  const message = failed.diagnostics.find(({ severity }) => severity === 'error')?.message ?? null;
  const isUnread = reads.every(({ scan }) => scan.status === 'unread');
  return { status: isUnread ? 'unread' : 'partial', reason: failed.scan.reason, message };
}
