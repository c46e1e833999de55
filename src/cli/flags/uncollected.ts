import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isSelectedNamespace } from '../../model/namespace-choice.ts';
import { selectionText } from '../../report/question/question-line.ts';
import type { QuestionFlags } from './question-flags.ts';

/** Where a namespace was not to be collected, its absence means nothing. `name` is what the inventory is called. */
export function refuseUncollected({ namespace }: QuestionFlags, { selections }: Inventory, name: string): void {
  const missing = namespace?.find((wanted) => !selections.some((selection) => isSelectedNamespace(wanted, selection)));
  if (missing === undefined) return;
  const collected = selections.map(selectionText).join(' | ');
  throw new UsageError(`-n ${missing}: ${name} does not cover that namespace (it was collected with: ${collected}). Collect it again.`);
}
