import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isRead } from '../../model/missed.ts';
import { isSelectedNamespace, type NamespaceChoice } from '../../model/namespace-choice.ts';
import type { Package } from '../../model/package.ts';
import { isRootFolder } from '../../model/root-folder.ts';
import { matchesGlob } from '../../text/glob.ts';
import { systemName } from '../system-name.ts';
import { fitsPackage, fitsSource } from './package-pattern.ts';
import type { Question } from './question.ts';

/** The part of an Inventory that was asked for. */
export interface Asked {
  /** Has only the containers and, in its package sets, only the packages asked for. */
  readonly inventory: Inventory;
  /** Has more containers: also those that may have what was asked for (they could not be read), or do not have it. */
  readonly considered: Inventory;
  /** How many of those were read but may not have been asked for. */
  readonly unclear: number;
}

export function askedOf(inventory: Inventory, question: Question): Asked {
  const { containers } = inventory;
  const answers = containers.map(containerFilter(inventory, question));
  const answered = (...wanted: readonly Answer[]) => containers.filter((_, index) => wanted.includes(answers[index] as Answer));
  return {
    inventory: withPackages({ ...inventory, containers: answered('yes') }, question),
    considered: { ...inventory, containers: answered('yes', 'maybe') },
    unclear: answered('maybe').filter(({ scan }) => isRead(scan)).length,
  };
}

export const asksForPackages = ({ packages, sourcePackages, types }: Question) =>
  packages.length > 0 || sourcePackages.length > 0 || types.length > 0;

/** `maybe`: not known. */
export type Answer = 'yes' | 'no' | 'maybe';

const answer = (isSo: boolean | undefined): Answer => (isSo ? 'yes' : 'no');

/** Whether a container is asked for. */
export function containerFilter(inventory: Inventory, question: Question): (container: Container) => Answer {
  const { images, systems } = inventory;
  const isImage = images.map(({ name }) => fitsAny(question.images, name));
  const isSystem = systems.map((system) => fitsAny(question.systems, system.id, systemName(system)));
  const ofImage = ({ image }: Container): Answer => (image === null ? 'maybe' : answer(isImage[image]));
  const ofSystem = ({ os, scan }: Container): Answer => {
    if (os !== null) return answer(isSystem[os]);
    return isRead(scan) ? 'no' : 'maybe';
  };
  return (container) => {
    const answers = [
      answer(isOfTeam(container, question)),
      ofNamespace(container, question, inventory),
      question.images.length === 0 ? 'yes' : ofImage(container),
      question.systems.length === 0 ? 'yes' : ofSystem(container),
    ];
    return answers.find((one) => one === 'no') ?? answers.find((one) => one === 'maybe') ?? 'yes';
  };
}

const fitsAny = (patterns: readonly string[], ...texts: readonly (string | null)[]) =>
  patterns.some((pattern) => texts.some((text) => text !== null && matchesGlob(pattern, text)));

/** A container whose owners could not be asked may belong to any team. */
function isOfTeam({ team }: Container, { teams, unowned }: Question): boolean {
  if (teams.length === 0 && !unowned) return true;
  if (team.status === 'unknown') return true;
  return team.status === 'unowned' ? unowned : fitsAny(teams, team.name);
}

/** The same containers as when collecting. A root folder is in no namespace; it was named explicitly, and stays. */
export function ofNamespace(container: Container, choice: NamespaceChoice, { clusters }: Inventory): Answer {
  const { pod, labels } = container;
  const { namespaces, excludedNamespaces } = choice;
  if (isRootFolder(container) || (namespaces.length === 0 && excludedNamespaces.length === 0)) return 'yes';
  // Only a cluster can say that a container seen by its processes alone is in no pod.
  const mayBeOfPod = labels === null && clusters.length === 0;
  if (pod === null) return mayBeOfPod ? 'maybe' : answer(namespaces.length === 0);
  return pod.namespace === null ? 'maybe' : answer(isSelectedNamespace(pod.namespace, choice));
}

/** Whether a package is asked for. */
export function packageFilter({ packages, sourcePackages, types }: Question): (entry: Package) => boolean {
  return (entry) =>
    (types.length === 0 || types.includes(entry.type)) &&
    (packages.length === 0 || packages.some((pattern) => fitsPackage(pattern, entry))) &&
    (sourcePackages.length === 0 || sourcePackages.some((pattern) => fitsSource(pattern, entry)));
}

/** Keeps the packages asked for, and the containers that have one of them. */
function withPackages(inventory: Inventory, question: Question): Inventory {
  if (!asksForPackages(question)) return inventory;
  const fits = packageFilter(question);
  const isAsked = Uint8Array.from(inventory.packages, (entry) => Number(fits(entry)));
  const keys = new Set(inventory.containers.flatMap(({ scan }) => scan.packageSet ?? []));
  const sets = new Map<string, number[]>();
  for (const key of keys) {
    const positions = (inventory.packageSets[key] ?? []).filter((position) => isAsked[position]);
    if (positions.length > 0) sets.set(key, positions);
  }
  const containers = inventory.containers.filter(({ scan }) => scan.packageSet !== null && sets.has(scan.packageSet));
  return { ...inventory, containers, packageSets: Object.fromEntries(sets) };
}
