import type { Coverage } from './coverage.ts';

/** Containers that were not read, and should have been. */
export function missedIn({ unread, neverReadable, tooNew }: Coverage['containers']): number {
  return unread - neverReadable - tooNew;
}
