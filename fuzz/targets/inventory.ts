import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readInventories } from '../../src/cli/input/read-inventory.ts';
import { inventory as formatter } from '../../src/format/inventory.ts';
import { UsageError } from '../../src/model/errors.ts';
import { diffReport } from '../../src/report/diff.ts';
import { checkInventory, checkPrints } from '../inventories.ts';
import { anyJson } from '../json.ts';
import { scratchFile } from '../scratch.ts';
import { holds, orRefused, type Target } from '../target.ts';

const fixture = readFileSync('fixtures/inventory/inventory.json');

const readAgain = (...files: string[]) =>
  readInventories(files, () => Promise.reject(new UsageError('a report of Lumogon')), new AbortController().signal);

/** An inventory that is read back: it is refused, or else everything can be made of it that is made of one. */
export const target: Target = {
  id: 'inventory',
  seeds: () => [fixture, gzipSync(fixture)],
  shaped: anyJson,
  words: ['"packageSet"', '"image"', '"os"', '"team"', '"scan"', '"status"', '"packages"', 'null', '-1', '0'],
  isJson: true,
  isHeavy: true,
  run: async (input) => {
    const file = scratchFile('inventory.json', input);
    const inventory = await orRefused([UsageError], () => readAgain(file));
    if (inventory === null) return;
    await checkPrints(inventory);
    holds(!diffReport(inventory, inventory).differs, 'an inventory differs from itself');
    const text = [...formatter.format(inventory)].join('');
    const back = await readAgain(scratchFile('again.json', Buffer.from(text)));
    // Not the text: half a character is written as U+FFFD, once as an escape, and then as it is.
    holds(isDeepStrictEqual(JSON.parse([...formatter.format(back)].join('')), JSON.parse(text)), 'written and read again it is another');
    checkInventory(await readAgain(file, file));
  },
};
