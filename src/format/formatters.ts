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

/** What each is, in the words of the help: here, for the help loads none of them. */
export const formatSummaries = {
  table: 'a table for people (the default)',
  wide: 'the table with all teams',
  csv: 'comma-separated values; several teams are joined by ;',
  json: 'one JSON document, one line a row',
  ndjson: 'one JSON record a line; the last line is the coverage',
  markdown: 'a table for GitHub, a wiki or a merge request',
  html: 'one page to search and sort, without a network',
  inventory: 'the Inventory, for report --from and for other programs',
  cyclonedx: 'CycloneDX 1.6 as JSON, for tools that read bills of materials',
  lumogon: 'the report of Lumogon, for scripts that were written for it',
} satisfies Record<FormatId, string>;
