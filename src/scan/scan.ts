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
 * In how many containers databases are looked for at a time; the others read theirs meanwhile, or wait for what another reads. If all
 * looked at once, the first archive would be requested only after the last had found its own, with nothing else to do meanwhile.
 */
const findsAtATime = pLimit(8);

/** Scans one container. What cannot be read is in the result; only bugs and the end of the run are thrown. */
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
      // For a container that is gone, an engine reports a missing path or a failure: ask again before claiming anything.
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

/** A container that was not scanned, or not successfully. */
export function unreadScan(target: Target, collectedAt: Date, reason: UnreadReason, message: string): ContainerScan {
  const { container, source } = target;
  const nothing = { startedAt: null, drift: null, system: null, databases: [], contents: [], diagnostics: [] };
  return { container, by: source, collectedAt: collectedAt.toISOString(), status: 'unread', reason, message, ...nothing };
}

/** A running container, and what is to be read from it, or why that could not be found. */
interface RunningContainer extends Inspection {
  readonly at: Date;
  readonly files: PromiseSettledResult<readonly [Awaited<ReturnType<typeof findOsRelease>>, readonly (FoundDatabase | HiddenDatabase)[]]>;
}

/** Finds everything to read before reading any of it: while an engine sends a file of a container, it answers nothing about it. */
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
  // What is hidden may have changed nevertheless.
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

/** The outcome for a container, from its databases and its system. */
function outcomeOf(reads: readonly DatabaseRead[], lost: LostSystem | null): Pick<ContainerScan, 'status' | 'reason' | 'message'> {
  if (reads.length === 0) return { status: 'no-database', reason: null, message: null };
  const failed = reads.find(({ scan }) => scan.status !== 'read');
  // Without their distribution, packages have other package URLs: they are not fully described.
  if (failed === undefined && lost !== null) return { status: 'partial', reason: lost.reason, message: lost.diagnostic.message };
  if (failed === undefined) return { status: 'read', reason: null, message: null };
  // Its own error, whatever path that names: for a database in a folder it is one of the files.
  const message = failed.diagnostics.find(({ severity }) => severity === 'error')?.message ?? null;
  const isUnread = reads.every(({ scan }) => scan.status === 'unread');
  return { status: isUnread ? 'unread' : 'partial', reason: failed.scan.reason, message };
}
