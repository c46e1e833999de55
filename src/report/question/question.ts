import type { Inventory } from '../../model/inventory.ts';
import type { NamespaceChoice } from '../../model/namespace-choice.ts';
import type { PackageType } from '../../model/package.ts';
import type { ReportQuestion } from '../../model/reports/fields.ts';
import type { PackagePattern } from './package-pattern.ts';

/** What the reader wants to see of an Inventory. One entry of each list must match; an empty list asks for nothing. */
export interface Question {
  /** Names of teams, or patterns of names. */
  readonly teams: readonly string[];
  /** Containers without a team: in addition to `teams`, or alone if that is empty. */
  readonly unowned: boolean;
  readonly namespaces: readonly string[];
  readonly excludedNamespaces: readonly string[];
  /** Label selector of pods, or null. The API server applied it when collecting; here it is only shown. */
  readonly selector: string | null;
  /** Patterns of image references. */
  readonly images: readonly string[];
  /** Patterns of operating systems: debian, or debian-12. */
  readonly systems: readonly string[];
  readonly packages: readonly PackagePattern[];
  /** The same for what packages were built from. */
  readonly sourcePackages: readonly PackagePattern[];
  readonly types: readonly PackageType[];
  /** One row for each. */
  readonly by: 'team' | null;
  /** Ids of the columns to show, in this order; empty for the view's own. */
  readonly columns: readonly string[];
  /** Null for the order of the view. */
  readonly sortBy: SortBy | null;
  /** How many rows at most, or null for all. */
  readonly top: number | null;
}

export interface SortBy {
  /** Id of a column. */
  readonly column: string;
  readonly descending: boolean;
}

export const everything: Question = {
  ...{ teams: [], unowned: false, namespaces: [], excludedNamespaces: [], selector: null },
  ...{ images: [], systems: [], packages: [], sourcePackages: [], types: [] },
  ...{ by: null, columns: [], sortBy: null, top: null },
};

/**
 * Adds what the Inventory was collected with, if that is less than everything: the answer is the same whether the selection was made then
 * or now. A question cannot say this for an inventory merged from different selections: its own line does.
 */
export function withSelections(question: Question, [selection, ...others]: Inventory['selections']): Question {
  if (selection === undefined || others.length > 0) return question;
  return {
    ...question,
    namespaces: question.namespaces.length > 0 ? question.namespaces : selection.namespaces,
    excludedNamespaces: [...new Set([...selection.excludedNamespaces, ...question.excludedNamespaces])],
    selector: question.selector ?? selection.selector,
  };
}

/** Whether it asks for fewer containers than were collected. */
export function isNarrower(question: Question, [selection, ...others]: Inventory['selections']): boolean {
  const { teams, unowned, images, systems } = question;
  if (unowned || [teams, images, systems].some(({ length }) => length > 0)) return true;
  return namespacesIn(question) !== namespacesIn(others.length > 0 || selection === undefined ? everything : selection);
}

const namespacesIn = ({ namespaces, excludedNamespaces }: NamespaceChoice) =>
  JSON.stringify([namespaces, excludedNamespaces].map((names) => [...names].sort()));

/** The question as JSON has it. */
export function questionRecord({ teams, namespaces, excludedNamespaces, images, systems, packages, types, columns, ...rest }: Question) {
  const { sourcePackages, unowned, selector, by, sortBy, top } = rest;
  return {
    ...{ teams: [...teams], unowned, namespaces: [...namespaces], excludedNamespaces: [...excludedNamespaces], selector },
    ...{ images: [...images], systems: [...systems], packages: packages.map(({ text }) => text) },
    ...{ sourcePackages: sourcePackages.map(({ text }) => text), types: [...types] },
    ...{ by, columns: [...columns], sortBy, top },
  } satisfies ReportQuestion;
}
