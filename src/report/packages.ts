import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Package } from '../model/package.ts';
import { type PackageRow, type PackageTeamRow, packagesReportSchemaVersion } from '../model/packages-report.ts';
import type { Column, Row } from '../model/report.ts';
import type { Question, View } from './view.ts';

/** Which package, in which version, is in how many containers, and whose. */
export const packages: View = {
  id: 'packages',
  summary: 'one row a package, version and type: occurrences and teams',
  schemaVersion: packagesReportSchemaVersion,
  columns: ({ by }) => (by === 'team' ? byTeamColumns : columns),
  rows: (inventory, question) => {
    const counted = countPackages(inventory, question);
    return question.by === 'team' ? counted.flatMap(rowsByTeam) : counted.map(rowOf);
  },
};

const unowned = '(unowned)';
const unknown = '(unknown)';

const packageColumns: readonly Column[] = [
  { id: 'package', title: 'Package', audience: 'all' },
  { id: 'version', title: 'Version', audience: 'all' },
  { id: 'type', title: 'Type', audience: 'all' },
];

const columns: readonly Column[] = [
  ...packageColumns,
  { id: 'occurrences', title: 'Occurrences', audience: 'all' },
  { id: 'unowned', title: 'Unowned', audience: 'tools' },
  { id: 'teams', title: 'Teams', audience: 'tools' },
  { id: 'teams', title: 'Teams', audience: 'people' },
];

const byTeamColumns: readonly Column[] = [
  ...packageColumns,
  { id: 'team', title: 'Team', audience: 'all' },
  { id: 'containers', title: 'Containers', audience: 'all' },
];

/** Containers by team. */
interface Owners {
  readonly teams: Map<string, number>;
  unowned: number;
  unknown: number;
}

interface Counted {
  readonly package: Package;
  readonly owners: Owners;
}

/** Counts by package set and not by container: a fleet has far fewer sets than containers. */
function countPackages({ containers, packages: table, packageSets }: Inventory, question: Question): Counted[] {
  const wanted = new Set(question.packages);
  const rows = rowsOfPackages(table);
  const counted = new Map<number, Counted>();
  for (const [key, owners] of ownersOfSets(containers)) {
    // Two architectures of one package and version are one row, and a container that has both counts once.
    for (const row of new Set(packageSets[key]?.map((position) => rows[position] as number))) {
      const entry = table[row] as Package;
      if (wanted.size > 0 && !wanted.has(entry.name)) continue;
      const total = counted.get(row) ?? { package: entry, owners: { teams: new Map(), unowned: 0, unknown: 0 } };
      counted.set(row, total);
      addOwners(total.owners, owners);
    }
  }
  return [...counted].sort(([a], [b]) => a - b).map(([, total]) => total);
}

/** For each package the first of the table with its name, version and type: the Inventory has them side by side. */
function rowsOfPackages(table: readonly Package[]): Int32Array {
  const rows = new Int32Array(table.length);
  table.forEach((entry, position) => {
    const before = table[position - 1];
    const isSame = before?.name === entry.name && before.version === entry.version && before.type === entry.type;
    rows[position] = isSame ? (rows[position - 1] as number) : position;
  });
  return rows;
}

function ownersOfSets(containers: readonly Container[]): Map<string, Owners> {
  const sets = new Map<string, Owners>();
  for (const { scan, team } of containers) {
    if (scan.packageSet === null) continue;
    const owners = sets.get(scan.packageSet) ?? { teams: new Map(), unowned: 0, unknown: 0 };
    sets.set(scan.packageSet, owners);
    if (team.status === 'owned') owners.teams.set(team.name as string, (owners.teams.get(team.name as string) ?? 0) + 1);
    else owners[team.status]++;
  }
  return sets;
}

function addOwners(total: Owners, owners: Owners): void {
  for (const [name, containers] of owners.teams) total.teams.set(name, (total.teams.get(name) ?? 0) + containers);
  total.unowned += owners.unowned;
  total.unknown += owners.unknown;
}

function sortedTeams({ teams }: Owners): { name: string; containers: number }[] {
  return [...teams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, containers]) => ({ name, containers }));
}

function rowOf({ package: { name, version, type }, owners }: Counted): Row {
  const teams = sortedTeams(owners);
  const names = teams.map((team) => team.name);
  const occurrences = teams.reduce((sum, { containers }) => sum + containers, owners.unowned + owners.unknown);
  const forTools = owners.unknown > 0 ? [...names, unknown] : names;
  const forPeople = owners.unowned > 0 ? [...forTools, unowned] : forTools;
  return {
    cells: [name, version ?? '', type, occurrences, owners.unowned, forTools, forPeople],
    record: {
      ...{ package: name, version, type, occurrences, teams },
      ...{ unownedContainers: owners.unowned, unknownContainers: owners.unknown },
    } satisfies PackageRow,
  };
}

function rowsByTeam({ package: { name, version, type }, owners }: Counted): Row[] {
  const row = (label: string, record: Pick<PackageTeamRow, 'team' | 'ownership' | 'containers'>): Row => ({
    cells: [name, version ?? '', type, label, record.containers],
    record: { package: name, version, type, ...record } satisfies PackageTeamRow,
  });
  const rows = sortedTeams(owners).map(({ name: team, containers }) => row(team, { team, ownership: 'owned', containers }));
  if (owners.unknown > 0) rows.push(row(unknown, { team: null, ownership: 'unknown', containers: owners.unknown }));
  if (owners.unowned > 0) rows.push(row(unowned, { team: null, ownership: 'unowned', containers: owners.unowned }));
  return rows;
}
