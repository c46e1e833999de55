import type { Cell, Data } from './data.ts';

/** An amount of something. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}

export interface Picture {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** The pictures of the rows shown, depending on the columns of the view. */
export function picturesOf(data: Data, found: readonly number[]): Picture[] {
  const column = (id: string) => data.columns.findIndex((other) => other.id === id);
  const places: Places = {
    ...{ package: column('package'), type: column('type'), version: column('version'), versions: column('versions') },
    many: data.columns.flatMap(({ oneOf, isUnread }, index) => (oneOf === 'teams' && !isUnread ? [index] : [])),
    ...{ team: Math.max(column('teams'), column('team')), packages: column('packages'), container: column('container') },
  };
  // In the order of the report, all rows of a package are adjacent, however they are sorted.
  const rows = found.toSorted((a, b) => a - b).map((row) => data.rows[row] as readonly Cell[]);
  return [byTeam(rows, places, data), byPackage(rows, places)].filter(
    (picture) => picture !== null && picture.bars.length > 0,
  ) as Picture[];
}

/** The positions of columns; -1 if the view has none of that name. */
interface Places {
  readonly package: number;
  readonly type: number;
  readonly version: number;
  readonly versions: number;
  readonly team: number;
  readonly packages: number;
  readonly container: number;
  /** In a matrix: the team columns, with versions in their cells. */
  readonly many: readonly number[];
}

type Rows = readonly (readonly Cell[])[];

function byTeam(rows: Rows, places: Places, data: Data): Picture | null {
  if (places.many.length > 0) return { title: 'Names of packages by team', bars: filledBars(rows, places.many, data) };
  if (places.team < 0) return null;
  if (places.package >= 0) return { title: 'Names of packages by team', bars: packagesOfTeams(rows, places, data) };
  if (places.container >= 0) return { title: 'Containers by team', bars: countedBars(rows.map((cells) => String(cells[places.team]))) };
  if (places.packages < 0) return null;
  return { title: 'Packages by team', bars: numberBars(rows, places.team, places.packages) };
}

function byPackage(rows: Rows, places: Places): Picture | null {
  if (places.package < 0) return null;
  const title = 'Packages in most versions';
  if (places.many.length > 0) return { title, bars: severalOf(spreadOfRows(rows, places)) };
  if (places.versions >= 0) return { title, bars: severalOf(numberBars(rows, places.package, places.versions)) };
  return places.version < 0 ? null : { title, bars: severalOf(versionsOfPackages(rows, places)) };
}

const severalOf = (bars: readonly Bar[]) => bars.filter(({ value }) => value > 1);

/** How many packages each team has, in any version. */
function packagesOfTeams(rows: Rows, places: Places, { names }: Data): Bar[] {
  const teams = [...names];
  const positions = new Map(names.map((name, position) => [name, position]));
  const positionOf = (name: string): number => {
    const position = positions.get(name) ?? teams.length;
    if (position === teams.length) positions.set(name, teams.push(name) - 1);
    return position;
  };
  const counts: number[] = [];
  const latest: string[] = [];
  for (const [key, group] of byPackageAndType(rows, places)) {
    for (const cells of group) {
      const team = cells[places.team] as Cell;
      for (const position of typeof team === 'object' ? team : [positionOf(String(team))]) {
        if (latest[position] !== key) counts[position] = (counts[position] ?? 0) + 1;
        latest[position] = key;
      }
    }
  }
  return sorted(teams.flatMap((name, position) => (counts[position] === undefined ? [] : [{ name, value: counts[position] }])));
}

/** Groups the rows of each package: they may come in any order, and a set of names for each team would be slow. */
function byPackageAndType(rows: Rows, places: Places): Map<string, (readonly Cell[])[]> {
  const groups = new Map<string, (readonly Cell[])[]>();
  for (const cells of rows) {
    const key = `${cells[places.type]} ${cells[places.package]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cells]);
    else group.push(cells);
  }
  return groups;
}

/** How many different versions of each package there are. */
function versionsOfPackages(rows: Rows, places: Places): Bar[] {
  const bars = Array.from(byPackageAndType(rows, places).values(), (group) => {
    const versions = new Set(group.map((cells) => cells[places.version] as Cell));
    // A version missing in the database does not count.
    versions.delete('');
    return { name: String(group[0]?.[places.package]), value: versions.size };
  });
  return sorted(bars);
}

/** In how many rows a column is filled. */
function filledBars(rows: Rows, columns: readonly number[], data: Data): Bar[] {
  const filled = (column: number) => rows.filter((cells) => (cells[column] as readonly number[]).length > 0).length;
  return sorted(columns.map((column) => ({ name: data.columns[column]?.title ?? '', value: filled(column) })));
}

/** How many different versions the cells of a row have in all. */
function spreadOfRows(rows: Rows, places: Places): Bar[] {
  const spread = (cells: readonly Cell[]) => {
    const versions = new Set<number>();
    for (const column of places.many) for (const version of cells[column] as readonly number[]) versions.add(version);
    return versions.size;
  };
  return sorted(rows.map((cells) => ({ name: String(cells[places.package]), value: spread(cells) })));
}

function countedBars(texts: readonly string[]): Bar[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return sorted(Array.from(counts, ([name, value]) => ({ name, value })));
}

function numberBars(rows: Rows, name: number, value: number): Bar[] {
  // Unknown is not zero.
  const known = rows.filter((cells) => typeof cells[value] === 'number');
  return sorted(known.map((cells) => ({ name: String(cells[name]), value: Number(cells[value]) })));
}

const sorted = (bars: readonly Bar[]) => bars.toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
