import { indexClusters } from '../model/cluster-index.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Column } from '../model/report.ts';

/** Gives the name of a cluster by what containers call it. */
export function clusterNames(inventory: Pick<Inventory, 'clusters'>): (cluster: string | null) => string | null {
  const clusters = indexClusters(inventory);
  return (cluster) => cluster && (clusters.get(cluster)?.name ?? cluster);
}

/** People see the cluster of each row if there are several. */
export const showingClusters = (columns: readonly Column[], { clusters }: Pick<Inventory, 'clusters'>): readonly Column[] =>
  clusters.length < 2 ? columns : columns.map((column) => (column.id === 'cluster' ? { ...column, audience: 'all' } : column));
