import type { Column, Row } from '../../model/report.ts';
import type { PackageRow, PackageTeamRow } from '../../model/reports/packages.ts';
import { packagesReportSchemaVersion } from '../../model/schema-versions.ts';
import { type Counted, countPackages, createCounter } from '../count-packages.ts';
import { lazyRows, mapRows } from '../lazy-rows.ts';
import { unknownLabel, unownedLabel } from '../ownership.ts';
import { indexPackages } from '../package-index.ts';
import type { Asked } from '../question/asked.ts';
import type { Question } from '../question/question.ts';
import type { View, ViewTable } from '../view.ts';
import { type Extra, extraColumns, openExtras } from './package-extras.ts';

/** Which package version is in how many containers, and whose they are. */
export const packages: View = {
  id: 'packages',
  summary: 'one row a package, version and type: occurrences and teams',
  sample: {
    flags: '--package openssl --type deb',
    table: `\
+---------+------------------+------+-------------+----------------+
| Package | Version          | Type | Occurrences | Teams          |
+---------+------------------+------+-------------+----------------+
| openssl | 1.1.1w-0+deb11u1 | deb  | 1           | cart           |
| openssl | 3.0.9-1          | deb  | 2           | web, (unowned) |
| openssl | 3.0.14-1~deb12u2 | deb  | 2           | payments, web  |
+---------+------------------+------+-------------+----------------+
`,
  },
  schemaVersion: packagesReportSchemaVersion,
  knowsByTeam: true,
  columns: (by) => (by === 'team' ? byTeamColumns : [...columns, ...extraColumns]),
  tabulate: (asked, question) => (question.by === 'team' ? tabulateByTeam(asked) : tabulate(asked, question)),
};

function tabulate({ inventory }: Asked, { columns: chosen, sortBy }: Question): ViewTable {
  const extra = extraColumns.filter(({ id }) => chosen.includes(id) || sortBy?.column === id);
  const rows = lazyRows(() => {
    const index = indexPackages(inventory);
    const extrasOf = extra.length === 0 ? () => [] : openExtras(extra, inventory, index);
    return mapRows(countPackages(inventory, index, createCounter(inventory, index)), (counted) => rowOf(counted, extrasOf(counted.row)));
  });
  return { columns: [...columns, ...extra], rows };
}

function tabulateByTeam({ inventory }: Asked): ViewTable {
  const rows = lazyRows(() => {
    const index = indexPackages(inventory);
    const counts = countPackages(inventory, index, createCounter(inventory, index));
    return {
      *[Symbol.iterator]() {
        for (const counted of counts) yield* rowsByTeam(counted);
      },
    };
  });
  return { columns: byTeamColumns, rows };
}

const packageColumns: readonly Column[] = [
  { id: 'package', title: 'Package', audience: 'all' },
  { id: 'version', title: 'Version', audience: 'all', order: 'version' },
  { id: 'type', title: 'Type', audience: 'all' },
];

const columns: readonly Column[] = [
  ...packageColumns,
  { id: 'occurrences', title: 'Occurrences', audience: 'all', order: 'number' },
  { id: 'unowned', title: 'Unowned', audience: 'tools', order: 'number' },
  { id: 'teams', title: 'Teams', audience: 'tools' },
  { id: 'teams', title: 'Teams', audience: 'people' },
];

const byTeamColumns: readonly Column[] = [
  ...packageColumns,
  { id: 'team', title: 'Team', audience: 'all' },
  { id: 'containers', title: 'Containers', audience: 'all', order: 'number' },
];

function rowOf({ package: { name, version, type }, teams, containers, unowned, unknown }: Counted, extras: readonly Extra[]): Row {
  const occurrences = containers.reduce((sum, count) => sum + count, unowned + unknown);
  const forTools = unknown > 0 ? [...teams, unknownLabel] : teams;
  const forPeople = unowned > 0 ? [...forTools, unownedLabel] : forTools;
  return {
    cells: [name, version ?? '', type, occurrences, unowned, forTools, forPeople, ...extras.map(({ cell }) => cell)],
    // Made only on demand: tables and CSV do not need it.
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
        ...Object.assign({}, ...extras.map(({ record }) => record)),
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
