import type { Image } from '../model/container.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Cluster, Inventory, Source } from '../model/inventory.ts';
import type { Selection } from '../model/selection.ts';
import type { System } from '../model/system.ts';
import { withDigest } from './digest.ts';
import type { Draft } from './drafts.ts';
import { sortedBy } from './order.ts';
import { createPackageTable } from './package-table.ts';
import { createTable } from './table.ts';

/** What containers share, collected while they are drafted. */
export type Tables = ReturnType<typeof createTables>;

export const createTables = () => ({ packages: createPackageTable(), images: createTable<Image>(), systems: createTable<System>() });

/** An Inventory whose lists are not ordered yet, and whose containers have no positions. */
export interface Unfinished extends Pick<Inventory, 'schemaVersion' | 'generated' | 'generator'> {
  readonly selections: readonly Selection[];
  readonly sources: readonly Source[];
  readonly clusters: readonly Cluster[];
  readonly diagnostics: readonly Diagnostic[];
  readonly drafts: readonly Draft[];
  readonly tables: Tables;
}

/** Puts everything in order, once: the same fleet gives the same Inventory, however it was assembled. */
export function finishInventory({ drafts, tables, selections, sources, clusters, diagnostics, ...facts }: Unfinished): Inventory {
  const { schemaVersion, generated, generator } = facts;
  const [images, systems, packages] = [tables.images.finish(), tables.systems.finish(), tables.packages.finish()];
  const containers = sortedBy(drafts, ({ container }) => container.id).map(({ container, scan, ...draft }) => ({
    ...container,
    image: draft.image === null ? null : images.positionOf(draft.image),
    os: draft.system === null ? null : systems.positionOf(draft.system),
    scan: { ...scan, packageSet: draft.packages === null ? null : packages.setOf(draft.packages) },
  }));
  return withDigest({
    ...{ schemaVersion, generated, contentDigest: '', generator },
    selections: sortedBy(selections, (selection) => JSON.stringify(selection)),
    sources: sortedBy(sources, (source) => `${source.kind}\0${source.name}\0${JSON.stringify(source)}`),
    clusters: sortedBy(clusters, ({ name, uid }) => `${name}\0${uid}`),
    containers,
    images: images.items,
    systems: systems.items,
    packages: [...packages.packages],
    packageSets: Object.fromEntries(sortedBy(Object.entries(packages.packageSets), ([key]) => key)),
    diagnostics: sortedBy(diagnostics, diagnosticKey),
  });
}

/** Equal for two that say the same about the same thing. */
export const diagnosticKey = ({ container, path, code, message }: Diagnostic): string => [container, path, code, message].join('\0');
