import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';

export interface FormatOptions {
  /** For the eyes of a person at a terminal: not into a pipe, not into a file. */
  readonly terminal: boolean;
  /** Columns of the terminal, where they are known. */
  readonly width?: number;
  /** Asked for, or shown by the terminal: a pipe may lead to a pager. */
  readonly color: boolean;
  readonly headers: boolean;
}

/** Prints any view. */
export interface ReportFormatter {
  readonly format: (report: Report, options: FormatOptions) => Iterable<string>;
}

/** Prints what an Inventory holds, for other programs. */
export interface InventoryFormatter {
  /** `asked`: what the Inventory was narrowed to, in words; null where it holds all that runs. */
  readonly format: (inventory: Inventory, asked?: string | null) => Iterable<string>;
}

export type Formatter = ReportFormatter | InventoryFormatter;
