import type { Inventory } from '../../model/inventory.ts';
import { isRead } from '../../model/missed.ts';
import { askedOf, asksForPackages } from './asked.ts';
import { type Question, withSelections } from './question.ts';
import { questionText, selectionsLine } from './question-line.ts';

export interface Narrowed {
  /** Has only the containers asked for, and those that may be; its packages, images and systems are still those of all. */
  readonly inventory: Inventory;
  /** What was asked for, in words; null if everything was. */
  readonly asked: string | null;
}

/**
 * For outputs that list what containers hold. A container that is asked for keeps all its packages, whichever of them it was asked for by:
 * some of them would look like all of them.
 */
export function narrow(inventory: Inventory, asking: Question): Narrowed {
  const question = withSelections(asking, inventory.selections);
  const asked = [questionText(question), ...selectionsLine(inventory.selections)].filter(Boolean).join('. ');
  return { inventory: { ...inventory, containers: containersAskedFor(inventory, question) }, asked: asked || null };
}

function containersAskedFor(inventory: Inventory, question: Question): Inventory['containers'] {
  const { inventory: found, considered } = askedOf(inventory, question);
  if (!asksForPackages(question)) return considered.containers;
  const ids = new Set(found.containers.map(({ id }) => id));
  return considered.containers.filter(({ id, scan }) => ids.has(id) || !isRead(scan));
}
