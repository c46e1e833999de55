import type { Coverage } from '../model/coverage.ts';
import { UsageError } from '../model/errors.ts';
import { missedIn } from '../model/missed.ts';

/** Exit codes: 2 takes precedence over 3, and 3 over 1. */
export const exitCodes = { done: 0, findings: 1, trouble: 2, incomplete: 3, interrupted: 130, terminated: 143 } as const;

/** How many containers may be unread before a result counts as incomplete. */
export interface Tolerance {
  readonly allowIncomplete: boolean;
  readonly maxUnread: MaxUnread | null;
}

export interface MaxUnread {
  readonly number: number;
  readonly unit: 'containers' | 'percent';
}

export function exitCodeOf(coverage: Coverage, { allowIncomplete, maxUnread }: Tolerance): number {
  if (coverage.complete || allowIncomplete) return exitCodes.done;
  return maxUnread !== null && isKept(maxUnread, coverage) ? exitCodes.done : exitCodes.incomplete;
}

/** --max-unread tolerates unread containers, but not a source that could not be asked: nobody knows how many containers it has. */
function isKept({ number, unit }: MaxUnread, coverage: Coverage): boolean {
  const { unread, partial, unclear, teamUnknown, sources } = missedIn(coverage);
  if (unclear > 0 || teamUnknown > 0 || sources.length > 0) return false;
  return unit === 'containers' ? unread + partial <= number : (unread + partial) * 100 <= number * coverage.containers.running;
}

/** Reads `N` or `N%`. */
export function parseMaxUnread(text: string): MaxUnread {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`--max-unread ${text}: give a number of containers, such as 5, or a share, such as 2%.`);
  return { number: Number(number), unit: percent ? 'percent' : 'containers' };
}
