import { diffChanges } from '../../model/diff-changes.ts';
import type { Column, Row } from '../../model/report.ts';
import type { DiffPlace, DiffRow } from '../../model/reports/diff.ts';
import { ownerLabel } from '../ownership.ts';

/** Tools always get all columns; people get some only if they tell rows apart. */
export function diffColumns(records: readonly DiffRow[]): readonly Column[] {
  const audienceIf = (isNeeded: boolean): Column['audience'] => (isNeeded ? 'all' : 'tools');
  return [
    { id: 'team', title: 'Team', audience: 'all' },
    { id: 'change', title: 'Change', audience: 'all' },
    { id: 'package', title: 'Package', audience: 'all' },
    { id: 'type', title: 'Type', audience: 'all' },
    { id: 'architecture', title: 'Architecture', audience: audienceIf(hasSeveralArchitectures(records)) },
    { id: 'before', title: 'Before', audience: 'all' },
    { id: 'after', title: 'After', audience: 'all' },
    { id: 'cluster', title: 'Cluster', audience: audienceIf(countDistinct(records.flatMap((record) => clusterOf(record) ?? [])) > 1) },
    { id: 'where', title: 'Where', audience: 'tools' },
    { id: 'where', title: 'Where', audience: 'people' },
    { id: 'reason', title: 'Reason', audience: audienceIf(records.some(({ reason }) => reason !== null)) },
  ];
}

/** Whether a package among the records has more than one. */
function hasSeveralArchitectures(records: readonly DiffRow[]): boolean {
  const packages = countDistinct(records.map(({ type, package: name }) => `${type} ${name}`));
  return countDistinct(records.map(({ type, package: name, architecture }) => `${type} ${name} ${architecture}`)) > packages;
}

const countDistinct = (values: readonly string[]) => new Set(values).size;

export function diffRowOf(record: DiffRow): Row {
  const { change, package: name, type, architecture, before, after, places, reason } = record;
  return {
    cells: [
      ...[ownerLabel(record), diffChanges[change], name ?? '', type ?? '', architecture ?? '', before, after],
      ...[clusterOf(record) ?? '', places.map(pathOf), places.map(placeText), reason ?? ''],
    ],
    record,
  };
}

/** All places of a record are in one cluster. */
export const clusterOf = ({ places }: Pick<DiffRow, 'places'>) => places[0]?.cluster ?? null;

/** Namespace, kind and name of the workload, container: all four in Kubernetes, only the last outside of it. */
const pathOf = ({ namespace, workload, container }: DiffPlace) =>
  [namespace, workload, container].filter((part) => part !== null).join('/');

/** The same for people, without a name that only repeats the one before. */
function placeText({ namespace, workload, container }: DiffPlace): string {
  return [namespace, workload?.replace(/^[^/]*\//, ''), container]
    .filter((part, index, parts) => part && part !== parts[index - 1])
    .join('/');
}
