import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';

/** Gives the teams, by name, that have the package at a position. A fleet has far fewer package sets than containers. */
export function teamsOfPackages({ packages, packageSets }: Inventory, containers: readonly Container[]): (position: number) => string[] {
  const teams = new Map<string, Set<string>>();
  for (const { scan, team } of containers) {
    if (scan.packageSet === null || team.name === null) continue;
    const names = teams.get(scan.packageSet) ?? new Set();
    teams.set(scan.packageSet, names.add(team.name));
  }
  const sets = packages.map((): ReadonlySet<string>[] => []);
  for (const [key, names] of teams) for (const position of packageSets[key] ?? []) sets[position]?.push(names);
  return (position) => {
    const all = new Set<string>();
    for (const names of sets[position] ?? []) for (const name of names) all.add(name);
    return [...all].sort();
  };
}
