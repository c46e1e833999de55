import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Package } from '../../model/package.ts';
import type { Cell, Column } from '../../model/report.ts';
import type { PackageRow } from '../../model/reports/packages.ts';
import { clusterNames } from '../cluster-names.ts';
import type { PackageIndex } from '../package-index.ts';
import { systemName } from '../system-name.ts';

/** What a row has in a column, and in its record. */
export interface Extra {
  readonly cell: Cell;
  readonly record: Partial<PackageRow>;
}

interface Context {
  readonly inventory: Inventory;
  readonly index: PackageIndex;
  /** The packages of a row that some container has: other architectures may be only in sets that were not asked for. */
  readonly entriesOf: (row: number) => readonly Package[];
}

interface ExtraColumn extends Column {
  readonly open: (context: Context) => (row: number) => Extra;
}

/** Columns of the view packages that are made only on request: each takes a walk through all containers. */
export const extraColumns: readonly ExtraColumn[] = [
  { id: 'source-package', title: 'Source package', audience: 'all', open: openSourcePackages },
  { id: 'architecture', title: 'Architecture', audience: 'all', open: ofEntries('architectures', ({ architecture }) => architecture) },
  { id: 'purl', title: 'Package URL', audience: 'all', open: ofEntries('purls', ({ purl }) => purl) },
  { id: 'images', title: 'Images', audience: 'all', open: ofContainers('images', imageNames) },
  {
    id: 'namespaces',
    title: 'Namespaces',
    audience: 'all',
    open: ofContainers(
      'namespaces',
      () =>
        ({ pod }) =>
          pod?.namespace ?? null,
    ),
  },
  { id: 'clusters', title: 'Clusters', audience: 'all', open: ofContainers('clusters', clustersOf) },
  { id: 'os', title: 'OS', audience: 'all', open: ofContainers('systems', systemNames) },
];

/** Gives a row's values in the columns asked for. */
export function openExtras(columns: readonly ExtraColumn[], inventory: Inventory, index: PackageIndex): (row: number) => Extra[] {
  const context = { inventory, index, entriesOf: entriesInUse(inventory, index) };
  const makers = columns.map(({ open }) => open(context));
  return (row) => makers.map((make) => make(row));
}

type ListKey = 'architectures' | 'purls' | 'images' | 'namespaces' | 'clusters' | 'systems';

function ofEntries(key: ListKey, textOf: (entry: Package) => string | null): ExtraColumn['open'] {
  return ({ entriesOf }) =>
    (row) => {
      const values = distinct(entriesOf(row).map(textOf));
      return { cell: values, record: { [key]: values } };
    };
}

function openSourcePackages({ entriesOf }: Context): (row: number) => Extra {
  return (row) => {
    const sources = entriesOf(row).flatMap(({ sourcePackage }) => sourcePackage ?? []);
    const sourcePackages = [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
    return { cell: distinct(sourcePackages.map(({ name }) => name)), record: { sourcePackages } };
  };
}

const distinct = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))].sort();

function entriesInUse({ packages, packageSets }: Inventory, { sets, rows }: PackageIndex): (row: number) => Package[] {
  const isUsed = new Uint8Array(packages.length);
  for (const key of sets) for (const position of packageSets[key] ?? []) isUsed[position] = 1;
  return (row) => {
    const entries: Package[] = [];
    for (let at = row; rows[at] === row; at++) if (isUsed[at]) entries.push(packages[at] as Package);
    return entries;
  };
}

type NameOf = (container: Container) => string | null;

/** Walks through the containers once, by set; a row only merges the values of its sets. */
function ofContainers(key: ListKey, open: (inventory: Inventory) => NameOf): ExtraColumn['open'] {
  return ({ inventory, index }) => {
    const names = namesBySet(inventory, index, open(inventory));
    return (row) => {
      const all = new Set<string>();
      for (const set of index.setsOf(row)) for (const name of names[set] as Set<string>) all.add(name);
      const sorted = [...all].sort();
      return { cell: sorted, record: { [key]: sorted } };
    };
  };
}

function namesBySet({ containers }: Inventory, { sets }: PackageIndex, nameOf: NameOf): Set<string>[] {
  const named = new Map<string, Set<string>>(sets.map((key) => [key, new Set()]));
  for (const container of containers) {
    const name = nameOf(container);
    if (name !== null && container.scan.packageSet !== null) named.get(container.scan.packageSet)?.add(name);
  }
  return [...named.values()];
}

function imageNames({ images }: Inventory): NameOf {
  return ({ image }) => (image === null ? null : (images[image]?.name ?? null));
}

function clustersOf(inventory: Inventory): NameOf {
  const nameOf = clusterNames(inventory);
  return ({ cluster }) => nameOf(cluster);
}

function systemNames({ systems }: Inventory): NameOf {
  const names = systems.map(systemName);
  return ({ os }) => (os === null ? null : (names[os] ?? null));
}
