import { matchesGlob } from '../../model/glob.ts';
import type { Inventory } from '../../model/inventory.ts';
import { systemName } from '../system-name.ts';
import { fitsPackage, type PackagePattern } from './package-pattern.ts';
import type { Question } from './question.ts';

/** Says, a sentence each, what was asked for and is nowhere in the Inventory: a typing error looks like good news else. */
export function unmatchedIn(inventory: Inventory, question: Question): string[] {
  const { containers, images, systems, packages } = inventory;
  return [
    ...missing(
      question.teams,
      () => containers.flatMap(({ team }) => team.name ?? []),
      (text) => `--team ${text}: no container has such a team.`,
    ),
    ...missing(
      question.namespaces,
      () => containers.flatMap(({ pod }) => pod?.namespace ?? []),
      (text) => `--namespace ${text}: no container is in such a namespace.`,
    ),
    ...missing(
      question.images,
      () => images.map(({ name }) => name),
      (text) => `--image ${text}: no image is called so. A pattern must fit the whole reference, as '*${text.replaceAll('*', '')}*' would.`,
    ),
    ...missing(
      question.systems,
      () => systems.flatMap((system) => [system.id ?? '', systemName(system) ?? '']),
      (text) => `--os ${text}: no container has such an operating system.`,
    ),
    ...missing(
      question.types,
      () => packages.map(({ type }) => type),
      (text) => `--type ${text}: no container has such packages.`,
    ),
    ...question.packages.flatMap((pattern) => missingPackage(pattern, inventory)),
  ];
}

/** The texts are those of the whole Inventory: they are gathered only where something was asked for. */
function missing(patterns: readonly string[], textsOf: () => readonly string[], sentence: (pattern: string) => string): string[] {
  if (patterns.length === 0) return [];
  const texts = [...new Set(textsOf())];
  return patterns.filter((pattern) => !texts.some((text) => matchesGlob(pattern, text))).map(sentence);
}

function missingPackage(pattern: PackagePattern, { packages }: Inventory): string[] {
  if (packages.some((entry) => fitsPackage(pattern, entry))) return [];
  const others = packages.filter((entry) => fitsPackage({ ...pattern, conditions: [] }, entry));
  const [oldest, newest] = [others[0], others.at(-1)];
  if (oldest === undefined || newest === undefined) return [`--package ${pattern.text}: no package that was read is called so.`];
  const range = others.length === 1 ? `in ${oldest.version}` : `from ${oldest.name} ${oldest.version} to ${newest.name} ${newest.version}`;
  return [`--package ${pattern.text}: there is ${pattern.name}, ${range}, and no version fits. An epoch, as in 1:2.3, counts.`];
}
