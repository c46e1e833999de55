import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isGone } from '../../model/missed.ts';
import type { Column, Row } from '../../model/report.ts';
import type { ContainerRow } from '../../model/reports/containers.ts';
import { containersReportSchemaVersion } from '../../model/schema-versions.ts';
import { unreadReasons } from '../../model/unread-reasons.ts';
import { clusterNames, showingClusters } from '../cluster-names.ts';
import { lazyRows, mapRows } from '../lazy-rows.ts';
import { ownerLabel, ownerOf } from '../ownership.ts';
import { indexPackages } from '../package-index.ts';
import type { Asked } from '../question/asked.ts';
import { systemName } from '../system-name.ts';
import { kindText } from '../team-source.ts';
import type { View, ViewTable } from '../view.ts';

/** Every running container: its team and why, where it runs, and whether it could be read. */
export const containers: View = {
  id: 'containers',
  summary: 'one row a running container: its team and what gave it, pod, image, system, packages, and whether it was read',
  sample: {
    flags: "--package 'openssl<3.0.14' --columns namespace,pod,team,image,status",
    table: `\
+-----------+-----------+-----------+--------------------------------+---------+
| Namespace | Pod       | Team      | Image                          | Scan    |
+-----------+-----------+-----------+--------------------------------+---------+
| shop      | cart-1    | cart      | images.example/shop/cart:1     | read    |
| shop      | web-1     | web       | images.example/shop/web:1      | read    |
| tools     | scratch-1 | (unowned) | images.example/tools/scratch:1 | partial |
+-----------+-----------+-----------+--------------------------------+---------+
`,
  },
  schemaVersion: containersReportSchemaVersion,
  columns: () => columns,
  tabulate,
};

const columns: readonly Column[] = [
  { id: 'cluster', title: 'Cluster', audience: 'tools' },
  { id: 'node', title: 'Node', audience: 'tools' },
  { id: 'namespace', title: 'Namespace', audience: 'all' },
  { id: 'pod', title: 'Pod', audience: 'all' },
  { id: 'workload', title: 'Workload', audience: 'all' },
  { id: 'container', title: 'Container', audience: 'all' },
  { id: 'id', title: 'Id', audience: 'tools' },
  { id: 'team', title: 'Team', audience: 'all' },
  { id: 'team-from', title: 'Team from', audience: 'all' },
  { id: 'image', title: 'Image', audience: 'all' },
  { id: 'system', title: 'System', audience: 'all' },
  { id: 'packages', title: 'Packages', audience: 'all', order: 'number' },
  { id: 'status', title: 'Scan', audience: 'all' },
  { id: 'reason', title: 'Reason', audience: 'all' },
  { id: 'drift', title: 'Changed', audience: 'all' },
];

/** By cluster, namespace, pod and container: what people look for stands together. */
function tabulate({ inventory }: Asked): ViewTable {
  const rows = lazyRows(() => {
    const clusterName = clusterNames(inventory);
    const describe = describerOf(inventory, clusterName);
    const keyed = inventory.containers
      .filter(({ scan }) => !isGone(scan))
      .map((container) => ({ container, key: keyOf(container, clusterName(container.cluster)) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    return mapRows(keyed, ({ container }) => rowOf(describe(container)));
  });
  return { columns: showingClusters(columns, inventory), rows };
}

const keyOf = ({ pod, name, id }: Container, cluster: string | null) =>
  [cluster ?? '', pod?.namespace ?? '', pod?.name ?? '', name, id].join('\0');

function describerOf(inventory: Inventory, clusterName: ReturnType<typeof clusterNames>): (container: Container) => ContainerRow {
  const { images, systems } = inventory;
  const systemNames = systems.map(systemName);
  const packages = packagesBySet(inventory);
  return (container) => {
    const { id, name, cluster, node, pod, image, os, team, scan } = container;
    return {
      ...{ id, name, ...ownerOf(container), teamFrom: team.from, cluster: clusterName(cluster), node, pod },
      image: image === null ? null : (images[image]?.name ?? null),
      system: os === null ? null : (systemNames[os] ?? null),
      packages: scan.packageSet === null ? null : (packages.get(scan.packageSet) ?? 0),
      ...{ status: scan.status, reason: scan.reason, message: scan.message, drift: scan.drift },
    };
  };
}

/** How many packages a set has: two architectures count as one. */
function packagesBySet(inventory: Inventory): Map<string, number> {
  const { sets, rows } = indexPackages(inventory);
  return new Map(sets.map((key) => [key, new Set((inventory.packageSets[key] ?? []).map((position) => rows[position])).size]));
}

function rowOf(record: ContainerRow): Row {
  const { id, name, cluster, node, pod, teamFrom, image, system, packages, status, reason, message, drift } = record;
  const why = reason === 'never-readable' ? message : reason && unreadReasons[reason];
  const workload = pod?.workload ? `${pod.workload.kind}/${pod.workload.name}` : '';
  return {
    cells: [
      ...[cluster ?? '', node ?? '', pod?.namespace ?? '', pod?.name ?? '', workload, name, id],
      ...[ownerLabel(record), teamFrom === null ? '' : kindText(teamFrom), image ?? '', system ?? '', packages ?? ''],
      ...[status, why ?? '', drift === null ? '' : drift ? 'yes' : 'no'],
    ],
    record,
  };
}
