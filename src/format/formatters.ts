import type { InventoryFormatter, ReportFormatter } from './formatter.ts';

/** Outputs of any view, by the name that users type. One loads when it is used: each brings a library that nobody else pays for. */
export const reportFormatters = {
  table: async () => (await import('./table.ts')).table,
  wide: async () => (await import('./table.ts')).wide,
  csv: async () => (await import('./csv.ts')).csv,
  json: async () => (await import('./json.ts')).json,
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  markdown: async () => (await import('./markdown.ts')).markdown,
  html: async () => (await import('./html.ts')).html,
} satisfies Record<string, () => Promise<ReportFormatter>>;

const inventoryFormatters = {
  inventory: async () => (await import('./inventory.ts')).inventory,
  cyclonedx: async () => (await import('./cyclonedx.ts')).cyclonedx,
  lumogon: async () => (await import('./lumogon.ts')).lumogon,
} satisfies Record<string, () => Promise<InventoryFormatter>>;

/** Every output. */
export const formatters = { ...reportFormatters, ...inventoryFormatters };
export type FormatId = keyof typeof formatters;
