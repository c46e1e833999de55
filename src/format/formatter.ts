import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';

export interface FormatOptions {
  /** For a person at a terminal: not for a pipe or a file. */
  readonly terminal: boolean;
  /** Columns of the terminal, if known. */
  readonly width?: number;
  /** Requested, or supported by the terminal: a pipe may lead to a pager. */
  readonly color: boolean;
  readonly headers: boolean;
}

/** Prints any view. */
export interface ReportFormatter {
  readonly format: (report: Report, options: FormatOptions) => Iterable<string>;
}

/** Prints what an Inventory holds, for other programs. */
export interface InventoryFormatter {
  /** `asked`: what the Inventory was narrowed to, in words; null if it holds all that runs. */
  readonly format: (inventory: Inventory, asked?: string | null) => Iterable<string>;
}

export type Formatter = ReportFormatter | InventoryFormatter;
