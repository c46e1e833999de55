import type { Coverage } from './coverage.ts';
import type { Source } from './inventory.ts';
import type { Scan } from './scan.ts';

/** A container that ended during the scan: it is not among the running ones, and nobody misses it. */
export const isGone = ({ reason }: Pick<Scan, 'reason'>) => reason === 'gone';

/** Read as a whole: that it has no database is what was found. */
export const isRead = ({ status }: Pick<Scan, 'status'>) => status === 'read' || status === 'no-database';

/** Read, or expected of nobody. */
export const isWhole = (scan: Pick<Scan, 'status' | 'reason'>) =>
  isRead(scan) || (scan.status === 'unread' && expectedReasons.includes(scan.reason));

/** What nobody can ever read, or not yet, is shown, and makes nothing incomplete. */
const expectedReasons: readonly Scan['reason'][] = ['never-readable', 'too-new'];

/** What makes a result incomplete. What nobody can ever read, or not yet, is shown, and expected of nobody. */
export interface Missed {
  /** Containers that were not read, and should have been. */
  readonly unread: number;
  /** Containers that were read in part. */
  readonly partial: number;
  /** Containers that were read, and of which nobody knows whether they were asked for. */
  readonly unclear: number;
  /** Containers about whose team nobody could be asked. */
  readonly teamUnknown: number;
  /** Sources that could not be asked: of how many containers, nobody knows. */
  readonly sources: readonly (Source & { readonly error: string })[];
}

type Counts = Pick<Coverage, 'containers' | 'teams' | 'sources'>;

export function missedIn({ containers, teams, sources }: Counts): Missed {
  return {
    unread: containers.unread - containers.neverReadable - containers.tooNew,
    partial: containers.partial,
    unclear: containers.unclear,
    teamUnknown: teams.unknownContainers,
    sources: sources.filter(couldNotBeAsked),
  };
}

export function isComplete(counts: Counts): boolean {
  const { unread, partial, unclear, teamUnknown, sources } = missedIn(counts);
  return unread === 0 && partial === 0 && unclear === 0 && teamUnknown === 0 && sources.length === 0;
}

const couldNotBeAsked = (source: Source): source is Missed['sources'][number] => source.error !== null;
