import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Package } from '../model/package.ts';
import type { PackageIndex } from './package-index.ts';

// A fleet has far fewer package sets than containers, so containers are counted once, by set and owner. A package is summed up only when
// its row is wanted: there is no room for all packages with all their teams.

/** How many containers, and of which owners. */
export interface OwnerCounts {
  /** The teams by name, and the containers of each. */
  readonly teams: readonly string[];
  readonly containers: readonly number[];
  readonly unowned: number;
  readonly unknown: number;
}

/** A package, and how many containers have it. */
export interface Counted extends OwnerCounts {
  readonly package: Package;
  /** Position of the package: its row in the index. */
  readonly row: number;
}

/** Counts the containers that have a package of one of the rows, each once even if it has several. */
export type Counter = (rows: readonly number[]) => OwnerCounts;

export function createCounter({ containers }: Inventory, { sets, setsOf }: PackageIndex): Counter {
  const teams = teamsOf(containers);
  const owners = ownersOfSets(containers, teams);
  const ownersOf = sets.map((key) => owners.get(key) as Owners);
  const sum = new Int32Array(teams.length + 2);
  return (rows) => {
    const found = rows.length === 1 ? setsOf(rows[0] as number) : new Set(rows.flatMap((row) => [...setsOf(row)]));
    sum.fill(0);
    for (const set of found) addOwners(sum, ownersOf[set] as Owners);
    return countedOwners(sum, teams);
  };
}

/** Counts the packages that containers have, in the order of the Inventory, anew for each iteration. */
export function countPackages({ packages }: Inventory, { setsOf }: PackageIndex, countOwners: Counter): Iterable<Counted> {
  return {
    *[Symbol.iterator]() {
      for (let row = 0; row < packages.length; row++) {
        if (setsOf(row).length > 0) yield { package: packages[row] as Package, row, ...countOwners([row]) };
      }
    },
  };
}

/** The teams by name. An owner is the position of its team here, or one of two positions behind the last. */
function teamsOf(containers: readonly Container[]): readonly string[] {
  const readable = containers.filter(({ scan }) => scan.packageSet !== null);
  return [...new Set(readable.flatMap(({ team }) => team.name ?? []))].sort();
}

/** How many containers each owner has: positions and numbers in turn. */
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

function countedOwners(sum: Int32Array, names: readonly string[]): OwnerCounts {
  // The lists get their length at once: growing ones leave shorter copies behind, and there are many lists.
  let length = 0;
  for (let place = 0; place < names.length; place++) if (sum[place] !== 0) length++;
  const teams = new Array<string>(length);
  const containers = new Array<number>(length);
  for (let place = 0, next = 0; place < names.length; place++) {
    const count = sum[place] as number;
    if (count === 0) continue;
    teams[next] = names[place] as string;
    containers[next++] = count;
  }
  return { teams, containers, unowned: sum[names.length] as number, unknown: sum[names.length + 1] as number };
}
