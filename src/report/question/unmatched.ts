import type { Inventory } from '../../model/inventory.ts';
import type { Package } from '../../model/package.ts';
import { byCodeUnits } from '../../text/code-units.ts';
import { matchesGlob } from '../../text/glob.ts';
import { comparePackages } from '../../version/package-order.ts';
import { systemName } from '../system-name.ts';
import { fitsPackage, fitsSource, type PackagePattern } from './package-pattern.ts';
import type { Question } from './question.ts';

/** Says, in a sentence for each, which names asked for are nowhere in the inventories: a typo would look like good news. */
export function unmatchedIn(inventories: readonly Inventory[], question: Question): string[] {
  return [
    ...missing(
      '--team',
      question.teams,
      () => inventories.flatMap(({ containers }) => containers.flatMap(({ team }) => team.name ?? [])),
      () => 'no container has such a team.',
    ),
    ...missing(
      '--namespace',
      question.namespaces,
      () => inventories.flatMap(({ containers }) => containers.flatMap(({ pod }) => pod?.namespace ?? [])),
      () => 'no container is in such a namespace.',
    ),
    ...missingLabels(inventories, question),
    ...missing(
      '--image',
      question.images,
      () => inventories.flatMap(({ images }) => images.map(({ name }) => name)),
      (text) => `no image has that name. A pattern must fit the whole reference, as '*${text.replaceAll('*', '')}*' would.`,
    ),
    ...missing(
      '--os',
      question.systems,
      () => inventories.flatMap(({ systems }) => systems.flatMap((system) => [system.id ?? '', systemName(system) ?? ''])),
      () => 'no container has such an operating system.',
    ),
    ...missing(
      '--type',
      question.types,
      () => inventories.flatMap(({ packages }) => packages.map(({ type }) => type)),
      () => 'no container has such packages.',
    ),
    ...question.packages.flatMap((pattern) => missingPackage(pattern, inventories)),
    ...question.sourcePackages.flatMap((pattern) => missingSource(pattern, inventories)),
  ];
}

/** The texts come from whole inventories, so they are gathered only if something was asked for. */
function missing(
  flag: string,
  patterns: readonly string[],
  textsOf: () => readonly string[],
  sentenceOn: (pattern: string) => string,
): string[] {
  if (patterns.length === 0) return [];
  const texts = [...new Set(textsOf())];
  return patterns
    .filter((pattern) => !texts.some((text) => matchesGlob(pattern, text)))
    .map((pattern) => `${flag} ${pattern}: ${pattern.includes(',') ? inTurn(flag, pattern) : sentenceOn(pattern)}`);
}

/** A comma does not separate values here, as it does in many programs. */
function inTurn(flag: string, pattern: string): string {
  const values = pattern.split(',').map((value) => value.trim());
  return `nothing has that name. For several, repeat the flag: ${values.map((value) => `${flag} ${value}`).join(' ')}.`;
}

/** The API server judged the labels: pods that it did not return do not match. */
function missingLabels(inventories: readonly Inventory[], { selector }: Question): string[] {
  if (selector === null || inventories.some(({ containers }) => containers.some(({ pod }) => pod !== null))) return [];
  return [`--selector ${selector}: no container that was found belongs to a pod with such labels.`];
}

/**
 * Says, in a sentence for each, which packages asked for exist in other versions only. That is no mistake: if nothing is older than a fixed
 * version, all is well.
 */
export function otherVersionsIn(inventories: readonly Inventory[], question: Question): string[] {
  return [
    ...question.packages.flatMap((pattern) => otherVersions(pattern, inventories)),
    ...question.sourcePackages.flatMap((pattern) => otherVersionsOfSource(pattern, inventories)),
  ];
}

const anyVersionOf = (pattern: PackagePattern): PackagePattern => ({ ...pattern, conditions: [] });

/** Whether one of them has a package that fits. */
const isIn = (inventories: readonly Inventory[], fits: (entry: Package) => boolean) =>
  inventories.some(({ packages }) => packages.some(fits));

function missingSource(pattern: PackagePattern, inventories: readonly Inventory[]): string[] {
  if (isIn(inventories, (entry) => fitsSource(anyVersionOf(pattern), entry))) return [];
  return [`--source-package ${pattern.text}: no package that was read is built from such a source.`];
}

/** How many packages built from the one asked for are named; the others are counted. */
const namedPackages = 3;

/** Advisories name sources: openssl, where libssl3 is installed. */
function builtFrom(pattern: PackagePattern, inventories: readonly Inventory[]): string {
  const isBuilt = (entry: Package) => fitsSource(anyVersionOf(pattern), entry);
  const names = [...new Set(inventories.flatMap(({ packages }) => packages.filter(isBuilt).map(({ name }) => name)))].sort(byCodeUnits);
  if (names.length === 0) return '';
  const more = names.length > namedPackages ? ` and ${names.length - namedPackages} more` : '';
  return ` ${names.slice(0, namedPackages).join(', ')}${more} ${names.length === 1 ? 'is' : 'are'} built from it: --source-package ${pattern.text}.`;
}

function missingPackage(pattern: PackagePattern, inventories: readonly Inventory[]): string[] {
  if (isIn(inventories, (entry) => fitsPackage(anyVersionOf(pattern), entry))) return [];
  return [`--package ${pattern.text}: no package with that name was read.${builtFrom(pattern, inventories) || byVersion(pattern)}`];
}

function otherVersions(pattern: PackagePattern, inventories: readonly Inventory[]): string[] {
  if (isIn(inventories, (entry) => fitsPackage(pattern, entry))) return [];
  const ends = inventories.flatMap(({ packages }) => endsOf(packages.filter((entry) => fitsPackage(anyVersionOf(pattern), entry))));
  const [oldest, newest] = endsOf(ends.sort(comparePackages));
  if (oldest === undefined || newest === undefined) return [];
  const isOne = oldest.name === newest.name && oldest.version === newest.version;
  const range = isOne ? `in ${oldest.version}` : `from ${oldest.name} ${oldest.version} to ${newest.name} ${newest.version}`;
  return [`--package ${pattern.text}: ${pattern.name} was found, ${range}, but no version matches. An epoch, as in 1:2.3, counts.`];
}

function otherVersionsOfSource(pattern: PackagePattern, inventories: readonly Inventory[]): string[] {
  if (isIn(inventories, (entry) => fitsSource(pattern, entry))) return [];
  if (!isIn(inventories, (entry) => fitsSource(anyVersionOf(pattern), entry))) return [];
  return [
    `--source-package ${pattern.text}: packages built from ${pattern.name} were found, but no version matches. An epoch, as in 1:2.3, counts.`,
  ];
}

/** The first and the last of a sorted list. */
const endsOf = (packages: readonly Package[]) => [...packages.slice(0, 1), ...packages.slice(-1)];

/** Many programs write NAME@VERSION. Only pacman's names may contain an @. */
function byVersion({ text }: PackagePattern): string {
  const [, name, version] = /^([^@]+)@([^@]+)$/s.exec(text) ?? [];
  return version === undefined ? '' : ` Versions are asked for by =, <, <=, > and >=: --package '${name}=${version}'.`;
}
