import type { Coverage } from './coverage.ts';
import type { Selection } from './selection.ts';

/** The content of one table cell: a list may be laid out on one line or on several. */
export type Cell = string | number | readonly string[];

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Who reads it: tables are for people, CSV is for tools. */
  readonly audience: 'all' | 'people' | 'tools';
  /**
   * Either its texts are versions, ordered as in their ecosystem if of one type, or its cells are numbers, and empty where a
   * number is not known.
   */
  readonly order?: 'version' | 'number';
  /** One of many columns of this kind: on a terminal, those that do not fit are left out and counted. */
  readonly oneOf?: 'teams';
  /** For a team of which nothing was read: its cells say so instead of having versions. */
  readonly isUnread?: true;
}

export interface Row {
  /** One per column. */
  readonly cells: readonly Cell[];
  /** The row in JSON. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** One view of an Inventory: any format can print it. */
export interface Report {
  readonly view: string;
  readonly schemaVersion: string;
  /** When the Inventory was collected. */
  readonly generated: string;
  /** What the report says about itself in JSON, such as what was asked for. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly columns: readonly Column[];
  /** Generated anew on each iteration: all rows of a large fleet do not fit in memory at once. */
  readonly rows: Iterable<Row>;
  /** The exit code, too, says whether it is complete. */
  readonly coverage: Coverage;
  /** In a comparison: the older inventory. The rest is then about the newer one, and complete only if both could be compared. */
  readonly older?: { readonly generated: string; readonly selections: readonly Selection[]; readonly coverage: Coverage };
  /** How complete it is, in a few words. */
  readonly state: string;
  /** Sentences for people that belong under the rows. */
  readonly footer: readonly string[];
}
