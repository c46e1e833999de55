import { indexClusters } from '../model/cluster-index.ts';
import type { Inventory } from '../model/inventory.ts';

/** Gives the names of clusters by what containers call them. */
export function clusterNames(inventory: Pick<Inventory, 'clusters'>): (cluster: string | null) => string | null {
  const clusters = indexClusters(inventory);
  return (cluster) => cluster && (clusters.get(cluster)?.name ?? cluster);
}
