import type { Inventory } from '../model/inventory.ts';
import type { Package } from '../model/package.ts';

/** Which package sets hold which packages. Packages of one name, version and type are one row, identified by the first of them. */
export interface PackageIndex {
  /** The keys of the package sets that containers have. */
  readonly sets: readonly string[];
  /** The row of each package: itself, or one before it. */
  readonly rows: Int32Array;
  /** Positions in `sets` of those that have a package of a row. */
  readonly setsOf: (row: number) => Int32Array;
}

export function indexPackages({ containers, packages, packageSets }: Inventory): PackageIndex {
  const sets = [...new Set(containers.flatMap(({ scan }) => scan.packageSet ?? []))];
  const rows = rowsOfPackages(packages);
  const { starts, list } = setsOfRows(
    sets.map((key) => packageSets[key] ?? []),
    rows,
  );
  return { sets, rows, setsOf: (row) => list.subarray(starts[row], starts[row + 1]) };
}

/** For each package, the first one with its name, version and type: these are adjacent in the Inventory. */
function rowsOfPackages(table: readonly Package[]): Int32Array {
  const rows = new Int32Array(table.length);
  table.forEach((entry, position) => {
    const before = table[position - 1];
    const isSame = before?.name === entry.name && before.version === entry.version && before.type === entry.type;
    rows[position] = isSame ? (rows[position - 1] as number) : position;
  });
  return rows;
}

/** The sets that have a package of a row: for row r, the list from its start up to the start of the next. */
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
