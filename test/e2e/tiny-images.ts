import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Inventory } from '../../src/model/inventory.ts';
import { ok } from './commands.ts';

/** Images of nothing but a program that sleeps and a package database of ours: what is in them is known without asking anybody. */

/** A database of dpkg with so many packages, all of one version. */
export function dpkgStatus(packages: number, version: string): string {
  const stanzas = Array.from(
    { length: packages },
    (_, index) => `Package: package-${index}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`,
  );
  return stanzas.join('\n');
}

/** The same as an inventory has it. */
export const dpkgTruth = (packages: number, version: string) =>
  Array.from({ length: packages }, (_, index) => `package-${index} ${version}`).sort();

export async function importTinyImage(reference: string, files: Readonly<Record<string, string>>): Promise<void> {
  if (!process.env.CLUSTER_DIR) throw new Error('There is no cluster: eval "$(../shared/cluster/env)" after ../shared/cluster/up');
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-tiny-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await cp(join(process.env.CLUSTER_DIR, 'bin', 'pause'), join(folder, 'sleeper'));
    const tar = join(folder, 'root.tar');
    await ok('tar', ['-C', folder, '--exclude=./root.tar', '-cf', tar, '.']);
    await ok('docker', ['import', '-c', 'ENTRYPOINT ["/sleeper"]', tar, reference]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** name and version of the packages of a container, or null where none were read. */
export function packageNames({ packages, packageSets }: Inventory, packageSet: string | null): string[] | null {
  if (packageSet === null) return null;
  return (packageSets[packageSet] ?? []).map((position) => `${packages[position]?.name} ${packages[position]?.version}`).sort();
}
