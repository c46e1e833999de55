import type { Column, Row } from '../model/report.ts';
import type { Asked } from './question/asked.ts';
import type { Question, SortBy } from './question/question.ts';

/** One way to look at an Inventory. */
export interface View {
  readonly id: string;
  readonly summary: string;
  /** Flags, and what the view then prints of the little fleet in fixtures/inventory: for the help. */
  readonly sample: { readonly flags: string; readonly table: string };
  readonly schemaVersion: string;
  /** Whether it knows --by team. */
  readonly knowsByTeam?: boolean;
  /** The columns that can be chosen, and by which can be sorted. */
  readonly columns: (by: Question['by']) => readonly Column[];
  /** Its order, where that is not the one in which it makes its rows. */
  readonly sortBy?: SortBy;
  readonly tabulate: (asked: Asked, question: Question) => ViewTable;
}

/** What an Inventory comes to in a view. */
export interface ViewTable {
  /** The columns of which the rows have cells. */
  readonly columns: readonly Column[];
  readonly rows: Iterable<Row>;
  /** What the JSON of this view alone says beside its rows. */
  readonly record?: Readonly<Record<string, unknown>>;
}
