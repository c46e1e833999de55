import { clusterId } from './cluster-id.ts';
import type { Cluster, Inventory } from './inventory.ts';

/** The clusters by what containers call them. */
export function indexClusters({ clusters }: Pick<Inventory, 'clusters'>): ReadonlyMap<string, Cluster> {
  return new Map(clusters.map((cluster) => [clusterId(cluster), cluster]));
}
