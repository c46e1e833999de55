import type { PackageRow, PackageTeamRow } from '../model/packages-report.ts';
import type { Column, Row } from '../model/report.ts';
import { packagesReportSchemaVersion } from '../model/schema-versions.ts';
import { type Counted, countPackages } from './count-packages.ts';
import type { View } from './view.ts';

/** Which package, in which version, is in how many containers, and whose. */
export const packages: View = {
  id: 'packages',
  summary: 'one row a package, version and type: occurrences and teams',
  schemaVersion: packagesReportSchemaVersion,
  columns: ({ by }) => (by === 'team' ? byTeamColumns : columns),
  rows: (inventory, question) => {
    const counts = countPackages(inventory, question);
    return {
      *[Symbol.iterator]() {
        for (const counted of counts()) {
          if (question.by === 'team') yield* rowsByTeam(counted);
          else yield rowOf(counted);
        }
      },
    };
  },
};

const unownedLabel = '(unowned)';
const unknownLabel = '(unknown)';

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

function rowOf({ package: { name, version, type }, teams, containers, unowned, unknown }: Counted): Row {
  const occurrences = containers.reduce((sum, count) => sum + count, unowned + unknown);
  const forTools = unknown > 0 ? [...teams, unknownLabel] : teams;
  const forPeople = unowned > 0 ? [...forTools, unownedLabel] : forTools;
  return {
    cells: [name, version ?? '', type, occurrences, unowned, forTools, forPeople],
    // Made where it is wanted: not for a table, nor for CSV.
    get record() {
      return {
        ...{
          package: name,
          version,
          type,
          occurrences,
          teams: teams.map((team, i) => ({ name: team, containers: containers[i] as number })),
        },
        ...{ unownedContainers: unowned, unknownContainers: unknown },
      } satisfies PackageRow;
    },
  };
}

function* rowsByTeam({ package: { name, version, type }, teams, containers, unowned, unknown }: Counted): Generator<Row> {
  const row = (label: string, record: Pick<PackageTeamRow, 'team' | 'ownership' | 'containers'>): Row => ({
    cells: [name, version ?? '', type, label, record.containers],
    record: { package: name, version, type, ...record } satisfies PackageTeamRow,
  });
  for (const [i, team] of teams.entries()) yield row(team, { team, ownership: 'owned', containers: containers[i] as number });
  if (unknown > 0) yield row(unknownLabel, { team: null, ownership: 'unknown', containers: unknown });
  if (unowned > 0) yield row(unownedLabel, { team: null, ownership: 'unowned', containers: unowned });
}
