import type { Formatter, InventoryFormatter, ReportFormatter } from './formatter.ts';

/** What the command line must know of an output without loading it. */
interface Known<Input extends string, Loaded extends Formatter> {
  readonly input: Input;
  /** As shown in the help. */
  readonly summary: string;
  /** Content-Type when it is sent. */
  readonly mediaType: string;
  /** Loads a library that only this output needs. */
  readonly load: () => Promise<Loaded>;
}

/**
 * An output. It prints the rows of a view (`report`), the containers asked for with everything installed in them (`containers`), or all
 * that was collected, whatever is asked for (`inventory`).
 */
export type Format =
  | (Known<'report', ReportFormatter> & {
      /** Whether it ends with the footer; if not, that goes to stderr. */
      readonly hasFooter?: true;
    })
  | Known<'containers' | 'inventory', InventoryFormatter>;

/** Every output, by the name that users type. */
export const formats = {
  table: {
    input: 'report',
    summary: 'a table for people (the default)',
    mediaType: 'text/plain; charset=utf-8',
    hasFooter: true,
    load: async () => (await import('./table.ts')).table,
  },
  wide: {
    input: 'report',
    summary: 'the table with all teams',
    mediaType: 'text/plain; charset=utf-8',
    hasFooter: true,
    load: async () => (await import('./table.ts')).wide,
  },
  csv: {
    input: 'report',
    summary: 'comma-separated values; several teams are joined by ;',
    mediaType: 'text/csv; charset=utf-8',
    load: async () => (await import('./csv.ts')).csv,
  },
  json: {
    input: 'report',
    summary: 'one JSON document, one line a row',
    mediaType: 'application/json',
    load: async () => (await import('./json.ts')).json,
  },
  ndjson: {
    input: 'report',
    summary: 'one JSON record a line; the last line is the coverage',
    mediaType: 'application/x-ndjson',
    load: async () => (await import('./ndjson.ts')).ndjson,
  },
  markdown: {
    input: 'report',
    summary: 'a table for GitHub, a wiki or a merge request',
    mediaType: 'text/markdown; charset=utf-8',
    load: async () => (await import('./markdown.ts')).markdown,
  },
  html: {
    input: 'report',
    summary: 'one page to search and sort, without a network',
    mediaType: 'text/html; charset=utf-8',
    load: async () => (await import('./html.ts')).html,
  },
  inventory: {
    input: 'inventory',
    summary: 'the Inventory, for report --from and for other programs',
    mediaType: 'application/json',
    load: async () => (await import('./inventory.ts')).inventory,
  },
  cyclonedx: {
    input: 'containers',
    summary: 'CycloneDX 1.6 as JSON, for tools that read bills of materials',
    mediaType: 'application/vnd.cyclonedx+json; version=1.6',
    load: async () => (await import('./cyclonedx.ts')).cyclonedx,
  },
  lumogon: {
    input: 'containers',
    summary: 'the report of Lumogon, for scripts that were written for it',
    mediaType: 'application/json',
    load: async () => (await import('./lumogon.ts')).lumogon,
  },
} as const satisfies Record<string, Format>;

export type FormatId = keyof typeof formats;

export const formatIds = Object.keys(formats) as FormatId[];

/** The formats for any report, even one that is not made from a single Inventory. */
export const reportFormatIds = formatIds.filter((id) => formats[id].input === 'report');
