import inventorySchema from '../schemas/inventory.schema.json' with { type: 'json' };
import { compileSchema, type Schema } from '../src/cli/input/json-schema.ts';
import type { FormatOptions } from '../src/format/formatter.ts';
import { type Format, type FormatId, formatIds, formats } from '../src/format/formatters.ts';
import type { Inventory } from '../src/model/inventory.ts';
import { everything } from '../src/report/question/question.ts';
import { reportOn } from '../src/report/report.ts';
import { views } from '../src/report/views.ts';
import { holds } from './target.ts';

const check = compileSchema(inventorySchema as Schema);

/** What acts on a terminal, or turns text around. Line ends are of the format itself. */
const acting = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** That an inventory is one by its own schema. */
export function checkInventory(inventory: Inventory): void {
  const fault = check(inventory);
  holds(fault === null, `the inventory is none: ${fault?.path.join('.')} should be ${fault?.expected}`);
}

const options: FormatOptions[] = [
  { terminal: false, color: false, headers: true },
  { terminal: true, color: false, headers: true, width: 80 },
];

/** That every view of it, and every format, is printed, and does nothing to a terminal. */
export async function checkPrints(inventory: Inventory): Promise<void> {
  const all = Object.values(views).map((view) => reportOn(inventory, view, everything));
  const reports = [...all, reportOn(inventory, views.packages, { ...everything, by: 'team' })];
  for (const id of formatIds) {
    const format: Format = formats[id];
    if (format.input !== 'report') checkText(id, [...(await format.load()).format(inventory)].join(''));
    else {
      const formatter = await format.load();
      for (const report of reports) for (const option of options) checkText(id, [...formatter.format(report, option)].join(''));
    }
  }
}

function checkText(id: FormatId, text: string): void {
  holds(!acting.test(text), `${id}: what acts on a terminal is printed`);
  if (id === 'ndjson')
    for (const line of text.split('\n').filter((part) => part !== '')) holds(isObject(line), 'ndjson: a line is no object');
  else if (['json', 'inventory', 'cyclonedx', 'lumogon'].includes(id)) holds(isObject(text), `${id}: it is no JSON`);
}

function isObject(text: string): boolean {
  return typeof JSON.parse(text) === 'object';
}
