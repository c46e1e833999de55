import { createHash } from 'node:crypto';
import type { DatabaseContent } from '../model/container-scan.ts';
import type { Package, PackageRecord, PackageType } from '../model/package.ts';
import type { System } from '../model/system.ts';
import { comparePackages } from '../version/package-order.ts';
import { purlOf } from './purl.ts';

/** Collects the packages of all containers: each distinct package, and each distinct set of packages, once. */
export interface PackageTable {
  /** Adds what one container has and returns a ticket for `setOf`. Contents that are the same objects cost nothing again. */
  readonly add: (contents: readonly DatabaseContent[], system: System | null) => Ticket;
  /** Adds a set of another table: positions in its packages. A set that is the same object costs nothing again. */
  readonly addSet: (set: readonly number[], of: readonly Package[]) => Ticket;
  readonly finish: () => FinishedPackages;
}

/** The packages of one container, each by its place in the order of arrival. */
export type Ticket = readonly number[];

export interface FinishedPackages {
  readonly packages: readonly Package[];
  readonly packageSets: Readonly<Record<string, number[]>>;
  readonly setOf: (ticket: Ticket) => string;
}

export function createPackageTable(): PackageTable {
  const places = new Map<string, number>();
  const packages: Package[] = [];
  const placesOfRecords = new Map<string, number>();
  const known = new Map<readonly PackageRecord[], Map<string, Ticket>>();
  const knownSets = new Map<readonly number[], Ticket>();

  /** Images share most of their packages, and writing a purl takes longer than everything else about a package. */
  function place(type: PackageType, record: PackageRecord, system: System | null): number {
    const { name, version, architecture, sourcePackage, licenseDeclared } = record;
    const facts = [type, name, version, architecture, sourcePackage?.name, sourcePackage?.version, licenseDeclared];
    const key = JSON.stringify([...facts, system?.id, system?.versionId]);
    const earlier = placesOfRecords.get(key);
    if (earlier !== undefined) return earlier;
    const purl = purlOf(type, record, system);
    const made = placeEntry({ type, name, version, architecture, sourcePackage, licenseDeclared, purl });
    placesOfRecords.set(key, made);
    return made;
  }

  function placeEntry(entry: Package): number {
    const key = JSON.stringify(entry);
    const earlier = places.get(key);
    if (earlier !== undefined) return earlier;
    places.set(key, packages.length);
    return packages.push(entry) - 1;
  }

  function addContent({ type, packages: records }: DatabaseContent, system: System | null): Ticket {
    const bySystem = known.get(records) ?? new Map<string, Ticket>();
    known.set(records, bySystem);
    const systemKey = JSON.stringify([system?.id, system?.versionId]);
    const ticket = bySystem.get(systemKey) ?? [...new Set(records.map((record) => place(type, record, system)))];
    bySystem.set(systemKey, ticket);
    return ticket;
  }

  return {
    add: (contents, system) => {
      const [first = [], ...others] = contents.map((content) => addContent(content, system));
      return others.length === 0 ? first : [...new Set([...first, ...others.flat()])];
    },
    addSet: (set, of) => {
      const ticket = knownSets.get(set) ?? set.map((position) => placeEntry(of[position] as Package));
      knownSets.set(set, ticket);
      return ticket;
    },
    finish: () => finish(packages, [...places.keys()]),
  };
}

/** Sorts the packages and, with them, the sets. `texts` are the packages as JSON, in the same order: fleets have many sets to digest. */
function finish(unsorted: readonly Package[], texts: readonly string[]): FinishedPackages {
  const order = unsorted.map((_, place) => place).sort((a, b) => comparePackages(unsorted[a] as Package, unsorted[b] as Package));
  const positions = new Int32Array(unsorted.length);
  order.forEach((place, position) => {
    positions[place] = position;
  });
  const packages = order.map((place) => unsorted[place] as Package);
  const keys = new Map<Ticket, string>();
  const packageSets: Record<string, number[]> = {};
  return {
    packages,
    packageSets,
    setOf: (ticket) => {
      const earlier = keys.get(ticket);
      if (earlier !== undefined) return earlier;
      const set = ticket.map((place) => positions[place] as number).sort((a, b) => a - b);
      const key = digestOf(set.map((position) => texts[order[position] as number] as string));
      keys.set(ticket, key);
      packageSets[key] = set;
      return key;
    },
  };
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\n`);
  return hash.digest('hex');
}
