import { indexClusters } from '../model/cluster-index.ts';
import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import { isGone } from '../model/missed.ts';
import type { Package } from '../model/package.ts';
import { billText, type Dependency } from './cyclonedx/document.ts';
import { type InstalledSystems, systemsOf } from './cyclonedx/systems.ts';
import { teamsOfPackages } from './cyclonedx/teams-of-packages.ts';
import type { InventoryFormatter } from './formatter.ts';
import { uuidOf } from './uuid.ts';

// The fleet depends on its containers, a container on the system installed in it, and a system on its packages. Containers with one package
// set share a system, so that a large fleet is no larger here than in the Inventory.

export const cyclonedx: InventoryFormatter = {
  format: formatCyclonedx,
};

const fleetRef = 'fleet';
const packageRef = (position: number) => `package:${position}`;
const containerRef = ({ id }: Container) => `container:${id}`;

function formatCyclonedx(inventory: Inventory, asked: string | null = null): Generator<string> {
  const { generated, contentDigest } = inventory;
  const containers = inventory.containers.filter(({ scan }) => !isGone(scan));
  const systems = systemsOf(inventory, containers);
  const isWhole = asked === null && inventory.sources.every(({ error }) => error === null);
  return billText({
    serialNumber: uuidOf('cyclonedx', contentDigest, generated, asked ?? ''),
    metadata: metadataOf(inventory, containers, asked),
    components: componentsOf(inventory, containers, systems),
    dependencies: dependenciesOf(inventory, containers, systems),
    compositions: compositionsOf(containers, systems, isWhole),
  });
}

interface Property {
  readonly name: string;
  readonly value: string;
}

/** Properties in the taxonomy `supercargo:`, without those that have no value. */
function propertiesOf(values: Readonly<Record<string, string | null | undefined>>): Property[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name: `supercargo:${name}`, value }],
  );
}

function metadataOf({ generated, generator, clusters, sources }: Inventory, containers: readonly Container[], asked: string | null) {
  const withStatus = (status: string) => String(containers.filter(({ scan }) => scan.status === status).length);
  const counts = { running: String(containers.length), read: withStatus('read'), partial: withStatus('partial') };
  const failures = sources.flatMap(({ error }) => error ?? []).map((value) => ({ name: 'supercargo:source-error', value }));
  return {
    timestamp: generated,
    tools: { components: [{ type: 'application', ...generator }] },
    component: { type: 'platform', 'bom-ref': fleetRef, name: clusters.map(({ name }) => name).join(', ') || 'containers' },
    properties: [
      ...propertiesOf({ 'asked-for': asked, ...counts, 'no-database': withStatus('no-database'), unread: withStatus('unread') }),
      ...failures,
    ],
  };
}

function* componentsOf(inventory: Inventory, containers: readonly Container[], systems: InstalledSystems): Generator<object> {
  const clusters = indexClusters(inventory);
  for (const container of containers) yield containerComponent(container, inventory, clusters);
  for (const { ref, system } of systems.all) {
    const { fields, property } = versionOf(system?.versionId ?? null);
    const properties = propertiesOf({ version: property });
    const [name, description] = [system?.id ?? 'unknown', system?.name];
    yield {
      ...{ type: 'operating-system', 'bom-ref': ref, name, ...fields, ...(description && { description }) },
      ...(properties.length > 0 && { properties }),
    };
  }
  const teamsOf = teamsOfPackages(inventory, containers);
  const isInstalled = packagesOf(systems, inventory);
  for (const [position, entry] of inventory.packages.entries())
    if (isInstalled[position]) yield packageComponent(entry, position, teamsOf(position));
}

/** By position: 1 where a system has the package. */
function packagesOf(systems: InstalledSystems, { packages, packageSets }: Inventory): Uint8Array {
  const isInstalled = new Uint8Array(packages.length);
  for (const { set } of systems.all) for (const position of packageSets[set] ?? []) isInstalled[position] = 1;
  return isInstalled;
}

/** How many characters the schema allows in a version. */
const longestVersion = 1024;

/** A longer one is only a property: its first part would be the version of something else. */
function versionOf(version: string | null): { readonly fields: { readonly version?: string }; readonly property: string | null } {
  if (version === null || version === '') return { fields: {}, property: null };
  return version.length > longestVersion ? { fields: {}, property: version } : { fields: { version }, property: null };
}

function containerComponent(container: Container, { images }: Inventory, clusters: ReturnType<typeof indexClusters>): object {
  const { name, pod, team, scan, runtime, node, cluster } = container;
  const image = container.image === null ? undefined : images[container.image];
  const known = cluster === null ? undefined : clusters.get(cluster);
  const place = {
    cluster: known?.name ?? cluster,
    'cluster-uid': known?.uid,
    node,
    namespace: pod?.namespace,
    pod: pod?.name,
    workload: pod?.workload && `${pod.workload.kind}/${pod.workload.name}`,
  };
  const outcome = { scan: scan.status, 'scan-reason': scan.reason, 'scan-message': scan.message };
  const properties = {
    team: team.name,
    ownership: team.status,
    ...outcome,
    ...place,
    runtime,
    image: image?.name,
    'image-digest': image?.digest,
  };
  return { type: 'container', 'bom-ref': containerRef(container), name, properties: propertiesOf(properties) };
}

function packageComponent(
  { type, name, version, purl, licenseDeclared, sourcePackage }: Package,
  position: number,
  teams: readonly string[],
) {
  const { fields, property } = versionOf(version);
  const source = { 'source-package': sourcePackage?.name, 'source-version': sourcePackage?.version };
  return {
    ...{ type: 'library', 'bom-ref': packageRef(position), name, ...fields },
    ...(licenseDeclared !== null && { licenses: [{ license: { name: licenseDeclared, acknowledgement: 'declared' } }] }),
    ...(purl !== null && { purl }),
    properties: [
      ...propertiesOf({ 'package-type': type, version: property, ...source }),
      ...teams.map((value) => ({ name: 'supercargo:team', value })),
    ],
  };
}

function* dependenciesOf({ packageSets }: Inventory, containers: readonly Container[], systems: InstalledSystems): Generator<Dependency> {
  yield { ref: fleetRef, dependsOn: containers.map(containerRef) };
  for (const container of containers) {
    const system = systems.ofContainers.get(container.id);
    if (system !== undefined) yield { ref: containerRef(container), dependsOn: [system.ref] };
  }
  for (const { ref, set } of systems.all) yield { ref, dependsOn: (packageSets[set] ?? []).map(packageRef) };
}

/**
 * How complete the lists are. All running containers are listed, unless a part was asked for or a source could not be asked. The contents
 * of a container are never complete: only operating system packages are looked for, and of an unread one nothing is known. A system is
 * complete if all its containers were read.
 */
function* compositionsOf(containers: readonly Container[], systems: InstalledSystems, isWhole: boolean): Generator<object> {
  yield { aggregate: isWhole ? 'complete' : 'incomplete', dependencies: [fleetRef] };
  if (containers.length > 0) yield { aggregate: 'incomplete', dependencies: containers.map(containerRef) };
  for (const aggregate of ['complete', 'incomplete'] as const) {
    const refs = systems.all.filter(({ isWhole }) => isWhole === (aggregate === 'complete')).map(({ ref }) => ref);
    if (refs.length > 0) yield { aggregate, dependencies: refs };
  }
}
