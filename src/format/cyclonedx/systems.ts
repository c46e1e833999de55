import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { System } from '../../model/system.ts';

/** An operating system and the packages installed in it: what containers with one package set have in common. */
export interface InstalledSystem {
  readonly ref: string;
  readonly system: System | null;
  /** Key into packageSets. */
  readonly set: string;
  /** Whether all containers that have it were read whole. */
  readonly isWhole: boolean;
}

export interface InstalledSystems {
  readonly all: readonly InstalledSystem[];
  /** By container id; one in which nothing was read has none. */
  readonly ofContainers: ReadonlyMap<string, InstalledSystem>;
}

/** The systems of the containers: one for each package set. */
export function systemsOf({ systems }: Inventory, containers: readonly Container[]): InstalledSystems {
  const partial = new Set(containers.filter(({ scan }) => scan.status !== 'read').flatMap(({ scan }) => scan.packageSet ?? []));
  const known = new Map<string, InstalledSystem>();
  const ofContainers = new Map<string, InstalledSystem>();
  for (const { id, os, scan } of containers) {
    if (scan.packageSet === null) continue;
    const ref = `system:${os ?? 'unknown'}:${scan.packageSet}`;
    const system = known.get(ref) ?? {
      ref,
      system: os === null ? null : (systems[os] as System),
      set: scan.packageSet,
      isWhole: !partial.has(scan.packageSet),
    };
    known.set(ref, system);
    ofContainers.set(id, system);
  }
  return { all: [...known.values()], ofContainers };
}
