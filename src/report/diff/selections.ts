import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import { ofNamespace } from '../question/asked.ts';
import { selectionText } from '../question/question-line.ts';

type Selections = Inventory['selections'];

/**
 * Of both inventories the containers that the other was collected of as well: what was left out then was neither added nor removed
 * since. `selections` is what both were collected of, where that is the same. Labels of pods are in no inventory: where they were asked for differently, that is a UsageError.
 */
export function collectedOfBoth(older: Inventory, newer: Inventory) {
  const [before, after] = [textOf(older.selections), textOf(newer.selections)];
  if (before === after) return { before: older, after: newer, selections: newer.selections, footer: [] };
  if (selectorsOf(older.selections) !== selectorsOf(newer.selections))
    throw new UsageError(`The inventories cannot be compared: they were collected by different labels of pods (${before}, then ${after}).`);
  return {
    before: collectedBy(newer.selections, older),
    after: collectedBy(older.selections, newer),
    selections: [],
    footer: [`Compared: what both were collected of (before: ${before}; after: ${after})`],
  };
}

const textOf = (selections: Selections) => selections.map(selectionText).join(' | ');

const selectorsOf = (selections: Selections) => JSON.stringify([...new Set(selections.map(({ selector }) => selector))].sort());

function collectedBy(selections: Selections, inventory: Inventory): Inventory {
  const containers = inventory.containers.filter((container) =>
    selections.some((selection) => ofNamespace(container, selection, inventory) !== 'no'),
  );
  return { ...inventory, containers };
}
