import type { Container } from '../../model/container.ts';
import { matchesGlob } from '../../model/glob.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isSelectedNamespace, type NamespaceChoice } from '../../model/selection.ts';
import { systemName } from '../system-name.ts';
import { fitsPackage } from './package-pattern.ts';
import type { Question } from './question.ts';

/** What of an Inventory was asked for. */
export interface Asked {
  /** Holds only the containers and, in its package sets, only the packages asked for. */
  readonly inventory: Inventory;
  /** More containers: also those in which what was asked for may be, for they could not be read, or was looked for in vain. */
  readonly lookedAt: Inventory;
}

export function askedOf(inventory: Inventory, question: Question): Asked {
  const isAsked = containerFilter(inventory, question);
  const lookedAt = { ...inventory, containers: inventory.containers.filter((container) => isAsked(container) !== 'no') };
  const certain =
    question.systems.length === 0 ? lookedAt.containers : lookedAt.containers.filter((container) => isAsked(container) === 'yes');
  return { inventory: withPackages({ ...lookedAt, containers: certain }, question), lookedAt };
}

export const asksForPackages = ({ packages, types }: Question) => packages.length > 0 || types.length > 0;

/** Whether a container is asked for; `maybe`: it could not be read, and nobody knows its operating system. */
function containerFilter({ images, systems }: Inventory, question: Question): (container: Container) => 'yes' | 'no' | 'maybe' {
  const isImage = images.map(({ name }) => fitsAny(question.images, name));
  const isSystem = systems.map((system) => fitsAny(question.systems, system.id, systemName(system)));
  return (container) => {
    const { image, os, scan } = container;
    if (!isOfTeam(container, question) || !isOfNamespace(container, question)) return 'no';
    if (question.images.length > 0 && (image === null || !isImage[image])) return 'no';
    if (question.systems.length === 0) return 'yes';
    if (os !== null) return isSystem[os] ? 'yes' : 'no';
    return scan.status === 'unread' || scan.status === 'partial' ? 'maybe' : 'no';
  };
}

const fitsAny = (patterns: readonly string[], ...texts: readonly (string | null)[]) =>
  patterns.some((pattern) => texts.some((text) => text !== null && matchesGlob(pattern, text)));

/** A container about whose team nobody could be asked may belong to any of them. */
function isOfTeam({ team }: Container, { teams, unowned }: Question): boolean {
  if (teams.length === 0 && !unowned) return true;
  if (team.status === 'unknown') return true;
  return team.status === 'unowned' ? unowned : fitsAny(teams, team.name);
}

/** The same containers as when collecting. A root folder is in no namespace: it was named by hand, and stays. */
export function isOfNamespace({ pod, runtime }: Container, choice: NamespaceChoice): boolean {
  const { namespaces, excludedNamespaces } = choice;
  if (runtime === 'rootfs') return true;
  if (pod === null) return namespaces.length === 0;
  if (pod.namespace === null) return namespaces.length === 0 && excludedNamespaces.length === 0;
  return isSelectedNamespace(pod.namespace, choice);
}

/** Keeps the packages asked for, and the containers that have one of them. */
function withPackages(inventory: Inventory, question: Question): Inventory {
  if (!asksForPackages(question)) return inventory;
  const isWanted = Uint8Array.from(inventory.packages, (entry) => {
    const isOfType = question.types.length === 0 || question.types.includes(entry.type);
    return Number(isOfType && (question.packages.length === 0 || question.packages.some((pattern) => fitsPackage(pattern, entry))));
  });
  const keys = new Set(inventory.containers.flatMap(({ scan }) => scan.packageSet ?? []));
  const sets = new Map<string, number[]>();
  for (const key of keys) {
    const positions = (inventory.packageSets[key] ?? []).filter((position) => isWanted[position]);
    if (positions.length > 0) sets.set(key, positions);
  }
  const containers = inventory.containers.filter(({ scan }) => scan.packageSet !== null && sets.has(scan.packageSet));
  return { ...inventory, containers, packageSets: Object.fromEntries(sets) };
}
