import { csv } from './csv.ts';
import type { Formatter } from './formatter.ts';
import { inventory } from './inventory.ts';
import { json } from './json.ts';
import { table, wide } from './table.ts';

/** Every output, by the name that users type. */
export const formatters = { table, wide, csv, json, inventory } satisfies Record<string, Formatter>;
export type FormatId = keyof typeof formatters;
