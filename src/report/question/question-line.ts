import type { Inventory } from '../../model/inventory.ts';
import type { Selection } from '../../model/selection.ts';
import { asksForPackages } from './asked.ts';
import type { Question } from './question.ts';

/**
 * What was asked for, if not everything: sentences under a table, so that nobody takes a part for the whole. For packages also the number
 * of containers that have them, if there is one number.
 */
export function questionLines(question: Question, selections: Inventory['selections'], containers: number | null = null): string[] {
  const found = containers !== null && asksForPackages(question) ? foundIn(containers) : '';
  return [...questionLine(question).map((line) => `${line}${found}`), ...selectionsLine(selections)];
}

const foundIn = (containers: number) => `   ·   found in ${containers} ${containers === 1 ? 'container' : 'containers'}`;

function questionLine(question: Question): string[] {
  const text = questionText(question);
  return text === '' ? [] : [`Asked for: ${text}`];
}

/** The question in words; empty if it asks for everything. */
export function questionText(question: Question): string {
  const { teams, unowned, namespaces, excludedNamespaces, selector, images, systems, packages, sourcePackages, types } = question;
  const parts = [
    part(
      'package',
      packages.map(({ text }) => text),
    ),
    part(
      'source package',
      sourcePackages.map(({ text }) => text),
    ),
    part('type', types),
    part('team', unowned ? [...teams, '(unowned)'] : teams),
    ...selectionParts({ namespaces, excludedNamespaces, selector }),
    part('image', images),
    part('OS', systems),
  ];
  return parts.flat().join('; ');
}

/** What the parts of a merged inventory were collected with. If that is one answer for all, the question has it. */
export function selectionsLine(selections: Inventory['selections']): string[] {
  return selections.length < 2 ? [] : [`Collected separately: ${selections.map(selectionText).join(' | ')}`];
}

/** What was asked for when collecting. */
export const selectionText = (selection: Selection) => selectionParts(selection).flat().join('; ') || 'all';

const selectionParts = ({ namespaces, excludedNamespaces, selector }: Pick<Question, keyof Selection>) => [
  part('namespace', namespaces),
  part('not in namespace', excludedNamespaces),
  part('pod labels', selector === null ? [] : [selector]),
];

const part = (name: string, values: readonly string[]) => (values.length === 0 ? [] : [`${name} ${values.join(' or ')}`]);
