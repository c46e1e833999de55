import type { Inventory } from '../../src/model/inventory.ts';
import { ok } from './commands.ts';

const fields = ['db:Status-Status', 'Package', 'Version', 'Architecture'];
/** What dpkg-query is asked for: a line for each package. */
export const dpkgFormat = `${fields.map((field) => `\${${field}}`).join('\t')}\n`;

/** name, version, architecture, as the container's own dpkg-query has them. */
export async function dpkgQuery(namespace: string, pod: string): Promise<string[]> {
  const lines = await ok('kubectl', ['exec', '-n', namespace, pod, '--', 'dpkg-query', '-W', '-f', dpkgFormat]);
  return lines
    .split('\n')
    .filter((line) => line !== '' && !/^(not-installed|config-files)\t/.test(line))
    .map((line) => line.split('\t').slice(1).join('\t'))
    .sort();
}

/** The same of a container of the Inventory. */
export function packagesOf({ containers, packages, packageSets }: Inventory, namespace: string, pod: string): string[] {
  const container = containers.find((candidate) => candidate.pod?.namespace === namespace && candidate.pod.name === pod);
  const positions = packageSets[container?.scan.packageSet ?? ''] ?? [];
  return positions
    .map((position) => packages[position])
    .map((entry) => `${entry?.name}\t${entry?.version}\t${entry?.architecture}`)
    .sort();
}
