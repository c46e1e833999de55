import type { Inventory } from '../model/inventory.ts';
import type { InventoryFormatter } from './formatter.ts';
import { jsonLines } from './json.ts';
import { jsonText } from './visible-text.ts';

export const inventory: InventoryFormatter = {
  format: formatInventory,
};

/** The keys in the order of the schema; lists have one line per item. */
function* formatInventory(whole: Inventory): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(whole)) {
    yield `${before}${jsonText(key)}: `;
    if (Array.isArray(value)) yield* jsonLines(value);
    else if (key === 'packageSets') yield* packageSetLines(whole.packageSets);
    else yield jsonText(value);
    before = ',\n';
  }
  yield '\n}\n';
}

function* packageSetLines(sets: Inventory['packageSets']): Generator<string> {
  let before = '{\n';
  for (const [key, positions] of Object.entries(sets)) {
    yield `${before}${jsonText(key)}: ${jsonText(positions)}`;
    before = ',\n';
  }
  yield before === '{\n' ? '{}' : '\n}';
}
