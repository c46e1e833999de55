import type { Cluster, Inventory } from './inventory.ts';

/** The clusters by what containers call them: the uid, or the name where the uid may not be read. */
export function indexClusters({ clusters }: Pick<Inventory, 'clusters'>): ReadonlyMap<string, Cluster> {
  return new Map(clusters.map((cluster) => [cluster.uid ?? cluster.name, cluster]));
}
