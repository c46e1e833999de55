import type { Coverage } from './coverage.ts';
import type { Selection } from './selection.ts';

/** What stands in one place of a table: a list may be set in one line or in several. */
export type Cell = string | number | readonly string[];

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Who reads it: tables are for people, CSV is for tools. */
  readonly audience: 'all' | 'people' | 'tools';
  /**
   * Its texts are versions: of one type they have the order of their ecosystem. Or its cells are numbers, and empty where a number
   * is not known.
   */
  readonly order?: 'version' | 'number';
  /** One of many columns of this kind: those that are too many for a terminal are left out there, and counted. */
  readonly oneOf?: 'teams';
  /** Of a team of which nothing was read: its cells say so, and are no versions. */
  readonly isUnread?: true;
}

export interface Row {
  /** One for each column. */
  readonly cells: readonly Cell[];
  /** The row as JSON has it. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** One view of an Inventory: any format can print it. */
export interface Report {
  readonly view: string;
  readonly schemaVersion: string;
  /** When the Inventory was collected. */
  readonly generated: string;
  /** What the report says of itself, as JSON has it: what was asked for, say. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly columns: readonly Column[];
  /** They are made as they are gone through, each time anew: all of a large fleet at once have no room. */
  readonly rows: Iterable<Row>;
  /** Complete or not is what the exit code says, too. */
  readonly coverage: Coverage;
  /** Where two inventories are compared: of the older one. The rest is then of the newer one, and complete only if both could be compared. */
  readonly older?: { readonly generated: string; readonly selections: readonly Selection[]; readonly coverage: Coverage };
  /** In a few words how complete it is. */
  readonly state: string;
  /** Sentences for people that belong under the rows. */
  readonly footer: readonly string[];
}
