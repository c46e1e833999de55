import type { Column, Row } from '../../model/report.ts';
import type { MatrixReport, MatrixRow } from '../../model/reports/matrix.ts';
import { matrixReportSchemaVersion } from '../../model/schema-versions.ts';
import { type Counted, countPackages, createCounter } from '../count-packages.ts';
import { lazyRows, mapRows } from '../lazy-rows.ts';
import { isUnread, type Owner, ownerKey, ownerLabel, ownersOf, readingOf, runningByOwner } from '../ownership.ts';
import { groupVersions, type PackageGroup } from '../package-groups.ts';
import { indexPackages } from '../package-index.ts';
import type { Asked } from '../question/asked.ts';
import type { View, ViewTable } from '../view.ts';

/** Packages by teams: each cell has the versions that the team uses. */
export const matrix: View = {
  id: 'matrix',
  summary: 'packages by teams: the versions that each team has in use',
  sample: {
    flags: "--package 'openssl>=3' --type deb --type alpm",
    table: `\
+---------+------+------------------------+---------------------------+-------------------------+
| Package | Type | payments (2 of 3 read) | web                       | (unowned) (2 of 4 read) |
+---------+------+------------------------+---------------------------+-------------------------+
| openssl | alpm |                        |                           | 3.4.0-1                 |
| openssl | deb  | 3.0.14-1~deb12u2       | 3.0.9-1, 3.0.14-1~deb12u2 | 3.0.9-1                 |
+---------+------+------------------------+---------------------------+-------------------------+
`,
  },
  schemaVersion: matrixReportSchemaVersion,
  columns: () => packageColumns,
  tabulate,
};

const packageColumns: readonly Column[] = [
  { id: 'package', title: 'Package', audience: 'all' },
  { id: 'type', title: 'Type', audience: 'all' },
];

/** Stands for a version that the database does not have: an empty cell means that the team does not have the package. */
const noVersion = '(no version)';

/** Shared by all empty cells: a large fleet has millions. */
const none: readonly string[] = [];

/** In every cell of a team of which nothing was read: an empty cell would say that it does not have the package. */
const notRead: readonly string[] = ['(not read)'];

/** A team with a column of its own. */
interface ColumnOwner extends Owner {
  readonly isUnread: boolean;
  readonly runningContainers: number;
  readonly readContainers: number;
}

function tabulate(asked: Asked): ViewTable {
  const { inventory } = asked;
  const owners = columnOwners(asked);
  const rows = lazyRows(() => {
    const index = indexPackages(inventory);
    const groups = groupVersions(countPackages(inventory, index, createCounter(inventory, index)));
    return mapRows(groups, (group) => rowOf(group, owners));
  });
  const teamsThat = (wanted: (owner: ColumnOwner) => boolean) => owners.filter(wanted).map(({ team, ownership }) => ({ team, ownership }));
  const record = {
    unreadTeams: teamsThat((owner) => owner.isUnread),
    partlyReadTeams: teamsThat(isPartlyRead),
  } satisfies Partial<MatrixReport>;
  return { columns: [...packageColumns, ...owners.map(columnOf)], rows, record };
}

/** Those that have what was asked for, and those that may have it because nothing of theirs was read. */
function columnOwners({ inventory, considered }: Asked): ColumnOwner[] {
  const everyRunning = runningByOwner(considered.containers);
  const unread = [...everyRunning.values()].filter(isUnread).flat();
  const owners = ownersOf([...inventory.containers.filter(({ scan }) => scan.packageSet !== null), ...unread]);
  return owners.map((owner) => {
    const containers = everyRunning.get(ownerKey(owner)) ?? [];
    return { ...owner, ...readingOf(containers), isUnread: isUnread(containers) };
  });
}

/** Unread containers may have more: empty cells do not say so, but the heading does. */
const isPartlyRead = (owner: ColumnOwner) => !owner.isUnread && owner.readContainers < owner.runningContainers;

function columnOf(owner: ColumnOwner): Column {
  const label = ownerLabel(owner);
  const title = isPartlyRead(owner) ? `${label} (${owner.readContainers} of ${owner.runningContainers} read)` : label;
  return { id: label, title, audience: 'all', oneOf: 'teams', ...(owner.isUnread && { isUnread: true }) };
}

type Versions = (string | null)[];

function rowOf(group: PackageGroup, owners: readonly ColumnOwner[]): Row {
  const { name, type } = group[0].package;
  const teams = versionsByTeam(group);
  const unownedVersions = versionsOf(group, ({ unowned }) => unowned > 0);
  const unknownVersions = versionsOf(group, ({ unknown }) => unknown > 0);
  const cellOf = (owner: ColumnOwner) => {
    if (owner.isUnread) return notRead;
    const { team, ownership } = owner;
    const versions = ownership === 'owned' ? teams.get(team as string) : ownership === 'unowned' ? unownedVersions : unknownVersions;
    return versions === undefined ? none : versions.map((version) => version ?? noVersion);
  };
  return {
    cells: [name, type, ...owners.map(cellOf)],
    get record() {
      const list = Array.from(teams, ([team, versions]) => ({ name: team, versions }));
      return { package: name, type, teams: sortedByName(list), unownedVersions, unknownVersions } satisfies MatrixRow;
    },
  };
}

function versionsByTeam(group: PackageGroup): Map<string, Versions> {
  const teams = new Map<string, Versions>();
  for (const { package: entry, teams: having } of group) {
    for (const team of having) {
      const versions = teams.get(team);
      if (versions === undefined) teams.set(team, [entry.version]);
      else versions.push(entry.version);
    }
  }
  return teams;
}

function versionsOf(group: PackageGroup, isMeant: (counted: Counted) => boolean): Versions {
  return group.filter(isMeant).map(({ package: { version } }) => version);
}

const sortedByName = <Item extends { readonly name: string }>(items: Item[]) => items.sort((a, b) => (a.name < b.name ? -1 : 1));
