import type { Inventory } from '../model/inventory.ts';

/** Names of clusters by what containers call them: the uid, or the name where the uid may not be read. */
export function clusterNames({ clusters }: Pick<Inventory, 'clusters'>): (cluster: string | null) => string | null {
  const names = new Map(clusters.map(({ uid, name }) => [uid ?? name, name]));
  return (cluster) => cluster && (names.get(cluster) ?? cluster);
}
