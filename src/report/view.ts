import type { Column, Row } from '../model/report.ts';
import type { Asked } from './question/asked.ts';
import type { Question, SortBy } from './question/question.ts';

/** One way to look at an Inventory. */
export interface View {
  readonly id: string;
  readonly summary: string;
  /** For the help: flags, and what the view then prints of the small fleet in fixtures/inventory. */
  readonly sample: { readonly flags: string; readonly table: string };
  readonly schemaVersion: string;
  /** Whether it knows --by team. */
  readonly knowsByTeam?: boolean;
  /** The columns that can be chosen and sorted by. */
  readonly columns: (by: Question['by']) => readonly Column[];
  /** Its order, if not the one in which it makes its rows. */
  readonly sortBy?: SortBy;
  readonly tabulate: (asked: Asked, question: Question) => ViewTable;
}

/** What a view makes of an Inventory. */
export interface ViewTable {
  /** The columns that the rows have cells for. */
  readonly columns: readonly Column[];
  readonly rows: Iterable<Row>;
  /** What only the JSON of this view has beside its rows. */
  readonly record?: Readonly<Record<string, unknown>>;
}
