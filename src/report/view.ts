import type { Inventory } from '../model/inventory.ts';
import type { Column, Row } from '../model/report.ts';

/** What the reader wants to see of an Inventory. */
export interface Question {
  /** Teams, or none for all. */
  readonly teams: readonly string[];
  /** Only containers without a team. */
  readonly unowned: boolean;
  /** Names of packages, or none for all. */
  readonly packages: readonly string[];
  /** Rows apart by this. */
  readonly by: 'team' | null;
}

/** One way to look at an Inventory. */
export interface View {
  readonly id: string;
  readonly summary: string;
  readonly schemaVersion: string;
  readonly columns: (question: Question) => readonly Column[];
  /** Takes an Inventory that holds only the containers asked for. */
  readonly rows: (inventory: Inventory, question: Question) => Iterable<Row>;
}
