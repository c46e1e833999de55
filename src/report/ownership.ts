import type { Container, Team } from '../model/container.ts';
import { groupBy } from '../model/group-by.ts';
import { isGone, isRead } from '../model/missed.ts';

/** What is shown in place of a team: nobody owns them; nobody could be asked. */
export const unownedLabel = '(unowned)';
export const unknownLabel = '(unknown)';

/** A team, or what stands in its place. */
export interface Owner {
  readonly team: string | null;
  readonly ownership: Team['status'];
}

export const ownerOf = ({ team }: Pick<Container, 'team'>): Owner => ({ team: team.name, ownership: team.status });

export function ownerLabel({ team, ownership }: Owner): string {
  if (ownership === 'owned') return team as string;
  return ownership === 'unowned' ? unownedLabel : unknownLabel;
}

/** Tells owners apart: a team may be named (unowned). */
export const ownerKey = ({ team, ownership }: Owner) => `${ownership} ${team}`;

/** The owners of containers: teams by name, then the unknown, then the unowned. */
export function ownersOf(containers: readonly Container[]): Owner[] {
  const names = new Set(containers.flatMap(({ team }) => team.name ?? []));
  const teams = [...names].sort().map((team): Owner => ({ team, ownership: 'owned' }));
  const others = (['unknown', 'unowned'] as const).filter((status) => containers.some(({ team }) => team.status === status));
  return [...teams, ...others.map((ownership): Owner => ({ team: null, ownership }))];
}

/** The running containers of each owner, by its key. Those that ended during the scan do not count. */
export function runningByOwner(containers: readonly Container[]): Map<string, Container[]> {
  const running = containers.filter(({ scan }) => !isGone(scan));
  return groupBy(running, (container) => ownerKey(ownerOf(container)));
}

/** How many containers of an owner run, and how many of them were read whole. */
export const readingOf = (containers: readonly Container[]) => ({
  runningContainers: containers.length,
  readContainers: containers.filter(({ scan }) => isRead(scan)).length,
});

/** Whether no package of an owner is known and something was not read: then it cannot be said that there are none. */
export function isUnread(containers: readonly Container[]): boolean {
  const isNothingKnown = containers.every(({ scan }) => scan.packageSet === null);
  return isNothingKnown && containers.some(({ scan: { status } }) => status === 'unread' || status === 'partial');
}
