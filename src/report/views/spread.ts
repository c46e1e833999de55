import type { Column, Row } from '../../model/report.ts';
import type { SpreadRow } from '../../model/reports/spread.ts';
import { spreadReportSchemaVersion } from '../../model/schema-versions.ts';
import { compareVersions } from '../../version/version-order.ts';
import { type Counted, type Counter, countPackages, createCounter, type OwnerCounts } from '../count-packages.ts';
import { lazyRows, mapRows } from '../lazy-rows.ts';
import { unknownLabel, unownedLabel } from '../ownership.ts';
import { groupVersions, type PackageGroup } from '../package-groups.ts';
import { indexPackages } from '../package-index.ts';
import type { Asked } from '../question/asked.ts';
import type { View, ViewTable } from '../view.ts';

/** How far apart the versions of each package are, and who is behind. */
export const spread: View = {
  id: 'spread',
  summary: 'packages with the most versions in use: the oldest, the newest, and which teams are behind it',
  sample: {
    flags: '--top 3',
    table: `\
+---------+------+----------+------------------+------------------+-------------------+----------------------+
| Package | Type | Versions | Oldest           | Newest           | Containers behind | Teams behind         |
+---------+------+----------+------------------+------------------+-------------------+----------------------+
| openssl | deb  | 3        | 1.1.1w-0+deb11u1 | 3.0.14-1~deb12u2 | 3                 | cart, web, (unowned) |
| bash    | deb  | 2        | 5.1-2+deb11u1    | 5.2.15-2+b7      | 1                 | cart                 |
| libssl3 | apk  | 2        | 3.3.1-r3         | 3.3.2-r0         | 1                 | (unknown)            |
+---------+------+----------+------------------+------------------+-------------------+----------------------+
`,
  },
  schemaVersion: spreadReportSchemaVersion,
  columns: () => columns,
  sortBy: { column: 'versions', descending: true },
  tabulate,
};

const columns: readonly Column[] = [
  { id: 'package', title: 'Package', audience: 'all' },
  { id: 'type', title: 'Type', audience: 'all' },
  { id: 'versions', title: 'Versions', audience: 'all', order: 'number' },
  { id: 'oldest', title: 'Oldest', audience: 'all', order: 'version' },
  { id: 'newest', title: 'Newest', audience: 'all', order: 'version' },
  { id: 'containers-behind', title: 'Containers behind', audience: 'all', order: 'number' },
  { id: 'teams-behind', title: 'Teams behind', audience: 'all' },
];

function tabulate({ inventory }: Asked): ViewTable {
  const rows = lazyRows(() => {
    const index = indexPackages(inventory);
    const countOwners = createCounter(inventory, index);
    return mapRows(groupVersions(countPackages(inventory, index, countOwners)), (group) => rowOf(group, countOwners));
  });
  return { columns, rows };
}

function rowOf(group: PackageGroup, countOwners: Counter): Row {
  const { name, type } = group[0].package;
  // A package without a version is neither old nor new.
  const versions = group.filter((counted): counted is Versioned => counted.package.version !== null);
  const [oldest = null, newest = null] = [versions[0], versions.at(-1)].map((counted) => counted?.package.version);
  // 1.0 and 1.00 are two versions, and neither is behind the other.
  const older = versions.filter(({ package: { version } }) => compareVersions(type, version, newest as string) < 0);
  const behind = countOwners(older.map(({ row }) => row));
  const { teams, unknown, unowned } = behind;
  const names = [...teams, ...(unknown > 0 ? [unknownLabel] : []), ...(unowned > 0 ? [unownedLabel] : [])];
  return {
    cells: [name, type, versions.length, oldest ?? '', newest ?? '', sumOf(behind), names],
    get record() {
      return {
        ...{ package: name, type, oldest, newest, containersBehind: sumOf(behind) },
        versions: versions.map((counted) => ({ version: counted.package.version, containers: sumOf(counted) })),
        teamsBehind: teams.map((team, i) => ({ name: team, containers: behind.containers[i] as number })),
        ...{ unownedBehind: unowned, unknownBehind: unknown },
      } satisfies SpreadRow;
    },
  };
}

type Versioned = Counted & { readonly package: { readonly version: string } };

const sumOf = ({ containers, unowned, unknown }: OwnerCounts) => containers.reduce((sum, count) => sum + count, unowned + unknown);
