import type { Formatter } from './formatter.ts';

/** Every output, by the name that users type. One loads when it is used: each brings a library that nobody else pays for. */
export const formatters = {
  table: async () => (await import('./table.ts')).table,
  wide: async () => (await import('./table.ts')).wide,
  csv: async () => (await import('./csv.ts')).csv,
  json: async () => (await import('./json.ts')).json,
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  markdown: async () => (await import('./markdown.ts')).markdown,
  html: async () => (await import('./html.ts')).html,
  inventory: async () => (await import('./inventory.ts')).inventory,
  cyclonedx: async () => (await import('./cyclonedx.ts')).cyclonedx,
  lumogon: async () => (await import('./lumogon.ts')).lumogon,
} satisfies Record<string, () => Promise<Formatter>>;
export type FormatId = keyof typeof formatters;
