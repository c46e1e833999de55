import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import { ofNamespace } from '../question/asked.ts';
import { selectionText } from '../question/question-line.ts';

type Selections = Inventory['selections'];

/**
 * The containers of both inventories that the other's selections cover as well: what one left out was neither added nor removed.
 * `selections` is what both were collected with, if that is the same. Inventories do not hold pod labels: if these were selected
 * differently, that is a UsageError.
 */
export function collectedOfBoth(older: Inventory, newer: Inventory) {
  const [before, after] = [textOf(older.selections), textOf(newer.selections)];
  if (before === after) return { before: older, after: newer, selections: newer.selections, footer: [] };
  if (selectorsOf(older.selections) !== selectorsOf(newer.selections))
    throw new UsageError(
      `The inventories cannot be compared: they were collected with different selectors of pod labels (${before}, then ${after}).`,
    );
  return {
    before: collectedBy(newer.selections, older),
    after: collectedBy(older.selections, newer),
    selections: [],
    footer: [`Compared: only what both inventories cover (before: ${before}; after: ${after})`],
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
