import type { Coverage } from './coverage.ts';
import type { Source } from './inventory.ts';
import type { Scan } from './scan.ts';

/** A container that ended during the scan: it is not counted as running, nor as missing. */
export const isGone = ({ reason }: Pick<Scan, 'reason'>) => reason === 'gone';

/** Read completely: having no database is a finding too. */
export const isRead = ({ status }: Pick<Scan, 'status'>) => status === 'read' || status === 'no-database';

/** Read completely, or not expected to be. */
export const isWhole = (scan: Pick<Scan, 'status' | 'reason'>) =>
  isRead(scan) || (scan.status === 'unread' && expectedReasons.includes(scan.reason));

/** What can never be read, or not yet, is shown, but makes nothing incomplete. */
const expectedReasons: readonly Scan['reason'][] = ['never-readable', 'too-new'];

/** What makes a result incomplete. What can never be read, or not yet, is shown, but does not count. */
export interface Missed {
  /** Containers that were not read, but should have been. */
  readonly unread: number;
  /** Containers that were read in part. */
  readonly partial: number;
  /** Containers that were read, but may not have been asked for. */
  readonly unclear: number;
  /** Containers whose owners could not be asked. */
  readonly teamUnknown: number;
  /** Sources that could not be asked; how many containers they have is unknown. */
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
