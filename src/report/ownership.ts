import type { Container, Team } from '../model/container.ts';

/** What stands in the place of a team: nobody owns them; nobody could be asked. */
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

/** Tells owners apart: a team may be called (unowned). */
export const ownerKey = ({ team, ownership }: Owner) => `${ownership} ${team}`;

/** The owners of containers: teams by name, then those that nobody knows, then nobody. */
export function ownersOf(containers: readonly Container[]): Owner[] {
  const names = new Set(containers.flatMap(({ team }) => team.name ?? []));
  const teams = [...names].sort().map((team): Owner => ({ team, ownership: 'owned' }));
  const others = (['unknown', 'unowned'] as const).filter((status) => containers.some(({ team }) => team.status === status));
  return [...teams, ...others.map((ownership): Owner => ({ team: null, ownership }))];
}
