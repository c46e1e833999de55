import { isDeepStrictEqual } from 'node:util';
import type { Container } from '../../src/model/container.ts';
import type { Inventory, Source } from '../../src/model/inventory.ts';

/** The packages of a container, each with all that is said of it but its purl, which has the system in it. */
function packagesOf({ packages, packageSets }: Inventory, { scan }: Container): string[] {
  const positions = scan.packageSet === null ? [] : (packageSets[scan.packageSet] as number[]);
  return positions.map((position) => {
    const { purl: _, ...facts } = packages[position] as Inventory['packages'][number];
    return JSON.stringify(facts);
  });
}

const isGone = ({ scan }: Container) => scan.reason === 'gone';
const isWhole = ({ scan }: Container) => scan.status === 'read' || scan.status === 'no-database';
const hasFailed = (sources: readonly Source[], kind: Source['kind']) =>
  sources.some((source) => source.kind === kind && source.error !== null);

/** What a run says that is not so, as sentences, by what a run without a fault says; none when it is honest. */
export function lies(clean: Inventory, faulty: Inventory): string[] {
  const found = new Map(faulty.containers.map((container) => [container.id, container]));
  const known = new Set(clean.containers.map(({ id }) => id));
  return [
    ...faulty.containers.filter(({ id }) => !known.has(id)).map(({ name }) => `${name} does not exist`),
    ...clean.containers.flatMap((container) => {
      const other = found.get(container.id);
      if (other === undefined) return isExcused(container, faulty) ? [] : [`${container.name} is missing`];
      return [...scanLies(clean, container, faulty, other), ...teamLies(container, other)].map((lie) => `${container.name}: ${lie}`);
    }),
  ];
}

/** What a source that failed would have named nobody can know. */
function isExcused({ pod, scan }: Container, { sources }: Inventory): boolean {
  // What agents read the cluster names, and nobody else.
  return hasFailed(sources, scan.by === 'docker' ? 'docker' : 'kubernetes') && (scan.by === 'docker' || pod !== null);
}

function scanLies(clean: Inventory, expected: Container, faulty: Inventory, given: Container): string[] {
  const [right, all] = [packagesOf(faulty, given), packagesOf(clean, expected)];
  const { status, reason, message } = given.scan;
  if (isGone(given)) return ['it runs, and is said to be gone'];
  if (status === 'unread')
    return [
      reason === null || message === null ? 'unread, and no reason is given' : '',
      right.length > 0 ? 'unread, with packages' : '',
    ].filter(String);
  const strangers = right.filter((entry) => !all.includes(entry));
  if (strangers.length > 0) return [`packages that it does not have: ${strangers.join()}`];
  if (status === 'partial') return reason === null ? ['partial, and no reason is given'] : [];
  if (status !== expected.scan.status) return [`${status} instead of ${expected.scan.status}`];
  if (right.length !== all.length) return [`${right.length} packages instead of ${all.length}, and ${status}`];
  return unlessUnknown('system', systemOf(clean, expected), systemOf(faulty, given)).concat(
    unlessUnknown('drift', expected.scan.drift, given.scan.drift),
  );
}

const systemOf = ({ systems }: Inventory, { os }: Container) => (os === null ? null : systems[os]);

/** A fact that stands beside the packages may be unknown, and never another. */
function unlessUnknown(what: string, expected: unknown, given: unknown): string[] {
  return given === null || given === undefined || isDeepStrictEqual(expected, given) ? [] : [`another ${what}`];
}

function teamLies({ team: expected }: Container, { team: given }: Container): string[] {
  if (given.status === 'unknown') return given.name === null ? [] : ['an unknown team that has a name'];
  return given.name === expected.name && given.status === expected.status
    ? []
    : [`of ${given.name ?? given.status} instead of ${expected.name ?? expected.status}`];
}

/** What an inventory says, without where its sources lay and when it was made. */
function contentOf({ generated: _, contentDigest: __, sources, containers, ...rest }: Inventory) {
  return {
    ...rest,
    sources: sources.map(({ name: ___, ...source }) => source),
    containers: containers.map(({ scan: { collectedAt: ____, ...scan }, ...container }) => ({ ...container, scan })),
  };
}

export const isSame = (clean: Inventory, faulty: Inventory) => isDeepStrictEqual(contentOf(clean), contentOf(faulty));

/** What a run may not know, and be complete all the same, as the docs say: facts that no package and no team hangs on. */
function essenceOf(inventory: Inventory) {
  const { containers, images, sources, diagnostics: _, ...rest } = contentOf(inventory);
  return {
    ...rest,
    sources: sources.map(({ version: __, ...source }) => source),
    images: images.map(({ id }) => id),
    containers: containers.map(({ scan: { drift: ___, ...scan }, ...container }) => ({ ...container, scan })),
  };
}

export const isSameInEssence = (clean: Inventory, faulty: Inventory) => isDeepStrictEqual(essenceOf(clean), essenceOf(faulty));

/** Whether all that the run without a fault has was read, by looking at the containers and not at what the coverage says. */
export function isComplete(clean: Inventory, { containers, sources }: Inventory): boolean {
  const complete = new Set(containers.filter((container) => isWhole(container) && container.team.status !== 'unknown').map(({ id }) => id));
  return clean.containers.every(({ id }) => complete.has(id)) && sources.every(({ error }) => error === null);
}
