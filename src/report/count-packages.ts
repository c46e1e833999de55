import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Package } from '../model/package.ts';
import type { Question } from './view.ts';

// A fleet has far fewer package sets than containers: containers are counted once, by set and owner. What a package comes to
// is summed up only when its row is wanted: for all packages together, with all their teams, there would be no room.

/** A package, and how many containers have it. */
export interface Counted {
  readonly package: Package;
  /** The teams by name, and the containers of each. */
  readonly teams: readonly string[];
  readonly containers: readonly number[];
  readonly unowned: number;
  readonly unknown: number;
}

/** Counts the packages that are asked for, in the order of the Inventory; what is given goes through them, as often as wanted. */
export function countPackages({ containers, packages, packageSets }: Inventory, question: Question): () => Generator<Counted> {
  const teams = teamsOf(containers);
  const owners = ownersOfSets(containers, teams);
  const rows = rowsOfPackages(packages);
  const sets = setsOfRows(
    [...owners.keys()].map((key) => packageSets[key] ?? []),
    rows,
  );
  const wanted = new Set(question.packages);
  const ownersOf = [...owners.values()];
  return function* () {
    const sum = new Int32Array(teams.length + 2);
    for (let row = 0; row < packages.length; row++) {
      const entry = packages[row] as Package;
      const [from, to] = [sets.starts[row] as number, sets.starts[row + 1] as number];
      if (from === to || (wanted.size > 0 && !wanted.has(entry.name))) continue;
      sum.fill(0);
      for (let at = from; at < to; at++) addOwners(sum, ownersOf[sets.list[at] as number] as Owners);
      yield { package: entry, ...countedOwners(sum, teams) };
    }
  };
}

/** The teams by name. What a container belongs to is the place of its team here, or one of two places behind. */
function teamsOf(containers: readonly Container[]): readonly string[] {
  return [...new Set(containers.flatMap(({ team }) => team.name ?? []))].sort();
}

/** How many containers belong to whom: places and numbers in turn. */
type Owners = Int32Array;

/** The owners of each package set that a container has. */
function ownersOfSets(containers: readonly Container[], teams: readonly string[]): Map<string, Owners> {
  const places = new Map(teams.map((name, place) => [name, place]));
  const sets = new Map<string, Map<number, number>>();
  for (const { scan, team } of containers) {
    if (scan.packageSet === null) continue;
    const owners = sets.get(scan.packageSet) ?? new Map<number, number>();
    sets.set(scan.packageSet, owners);
    const place =
      team.status === 'owned' ? (places.get(team.name as string) as number) : teams.length + (team.status === 'unowned' ? 0 : 1);
    owners.set(place, (owners.get(place) ?? 0) + 1);
  }
  return new Map(Array.from(sets, ([key, owners]) => [key, Int32Array.from([...owners].flat())]));
}

function addOwners(sum: Int32Array, owners: Owners): void {
  for (let i = 0; i < owners.length; i += 2) {
    const place = owners[i] as number;
    sum[place] = (sum[place] as number) + (owners[i + 1] as number);
  }
}

function countedOwners(sum: Int32Array, names: readonly string[]): Omit<Counted, 'package'> {
  const teams: string[] = [];
  const containers: number[] = [];
  for (let place = 0; place < names.length; place++) {
    const count = sum[place] as number;
    if (count === 0) continue;
    teams.push(names[place] as string);
    containers.push(count);
  }
  return { teams, containers, unowned: sum[names.length] as number, unknown: sum[names.length + 1] as number };
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

/** The sets that have something of a row: those of row r are in the list from its start up to that of the next. */
interface SetsOfRows {
  readonly starts: Int32Array;
  readonly list: Int32Array;
}

function setsOfRows(sets: readonly (readonly number[])[], rows: Int32Array): SetsOfRows {
  const starts = new Int32Array(rows.length + 1);
  forEachRowOfSets(sets, rows, (row) => {
    starts[row + 1] = (starts[row + 1] as number) + 1;
  });
  for (let row = 0; row < rows.length; row++) starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number);
  const list = new Int32Array(starts[rows.length] as number);
  const next = starts.slice();
  forEachRowOfSets(sets, rows, (row, set) => {
    const at = next[row] as number;
    list[at] = set;
    next[row] = at + 1;
  });
  return { starts, list };
}

/** Two architectures of one package and version are one row, and a container that has both counts once. */
function forEachRowOfSets(sets: readonly (readonly number[])[], rows: Int32Array, visit: (row: number, set: number) => void): void {
  const latest = new Int32Array(rows.length).fill(-1);
  sets.forEach((positions, set) => {
    for (const position of positions) {
      const row = rows[position] as number;
      if (latest[row] === set) continue;
      latest[row] = set;
      visit(row, set);
    }
  });
}
