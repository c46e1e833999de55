import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Column, Row } from '../../model/report.ts';
import type { TeamRow } from '../../model/reports/teams.ts';
import { teamsReportSchemaVersion } from '../../model/schema-versions.ts';
import { countPackages, createCounter } from '../count-packages.ts';
import { lazyRows } from '../lazy-rows.ts';
import { isUnread, type Owner, ownerKey, ownerLabel, ownersOf, readingOf, runningByOwner } from '../ownership.ts';
import { indexPackages } from '../package-index.ts';
import type { Asked } from '../question/asked.ts';
import { systemName } from '../system-name.ts';
import type { View, ViewTable } from '../view.ts';

/** What each team has: containers, images, packages and systems, and how much was read. */
export const teams: View = {
  id: 'teams',
  summary: 'one row a team: containers, images, packages, systems, and how many of the containers were read',
  sample: {
    flags: '--top 3',
    table: `\
+----------+------------+--------+----------+--------------------------+--------+
| Team     | Containers | Images | Packages | Systems                  | % read |
+----------+------------+--------+----------+--------------------------+--------+
| cart     | 1          | 1      | 2        | debian-11                | 100    |
| payments | 3          | 3      | 5        | alpine-3.20.3, debian-12 | 66     |
| search   | 1          | 1      | 2        | rocky-9.4                | 100    |
+----------+------------+--------+----------+--------------------------+--------+
`,
  },
  schemaVersion: teamsReportSchemaVersion,
  columns: () => columns,
  tabulate,
};

const columns: readonly Column[] = [
  { id: 'team', title: 'Team', audience: 'all' },
  { id: 'containers', title: 'Containers', audience: 'all', order: 'number' },
  { id: 'images', title: 'Images', audience: 'all', order: 'number' },
  { id: 'packages', title: 'Packages', audience: 'all', order: 'number' },
  { id: 'systems', title: 'Systems', audience: 'all' },
  { id: 'read-percent', title: '% read', audience: 'all', order: 'number' },
];

function tabulate(asked: Asked): ViewTable {
  return { columns, rows: lazyRows(() => rowsOf(asked)) };
}

function rowsOf({ inventory, considered }: Asked): Row[] {
  const running = runningByOwner(inventory.containers);
  const everyRunning = runningByOwner(considered.containers);
  const packages = packagesByOwner(inventory);
  // A team of which nothing was read may have what was asked for.
  const unread = [...everyRunning.values()].filter(isUnread).flat();
  return ownersOf([...[...running.values()].flat(), ...unread]).map((owner) => {
    const key = ownerKey(owner);
    const containers = running.get(key) ?? [];
    const all = everyRunning.get(key) ?? [];
    const counts = {
      images: imagesIn(containers),
      packages: isUnread(all) ? null : (packages.get(key) ?? 0),
      systems: systemsIn(containers, inventory),
    };
    return rowOf({ ...owner, containers: containers.length, ...counts, ...readingOf(all) });
  });
}

/** Counts the packages that each owner has in some container. */
function packagesByOwner(inventory: Inventory): Map<string, number> {
  const index = indexPackages(inventory);
  const packages = new Map<string, number>();
  const add = (team: string | null, ownership: Owner['ownership']) => {
    const key = ownerKey({ team, ownership });
    packages.set(key, (packages.get(key) ?? 0) + 1);
  };
  for (const { teams: having, unknown, unowned } of countPackages(inventory, index, createCounter(inventory, index))) {
    for (const team of having) add(team, 'owned');
    if (unknown > 0) add(null, 'unknown');
    if (unowned > 0) add(null, 'unowned');
  }
  return packages;
}

const imagesIn = (containers: readonly Container[]) => new Set(containers.flatMap(({ image }) => image ?? [])).size;

function systemsIn(containers: readonly Container[], { systems }: Inventory): string[] {
  const found = [...new Set(containers.flatMap(({ os }) => os ?? []))].flatMap((os) => systems[os] ?? []);
  return [...new Set(found.flatMap((system) => systemName(system) ?? []))].sort();
}

function rowOf(record: TeamRow): Row {
  const { containers, images, packages, systems, runningContainers, readContainers } = record;
  // Rounded down, so that 100 means that all were read.
  const readPercent = Math.floor((100 * readContainers) / runningContainers);
  return { cells: [ownerLabel(record), containers, images, packages ?? '', systems, readPercent], record };
}
