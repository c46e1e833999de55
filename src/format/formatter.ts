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
  readonly input: 'report';
  readonly id: string;
  readonly format: (report: Report, options: FormatOptions) => Iterable<string>;
}

/** Prints the Inventory itself, for other programs. */
export interface InventoryFormatter {
  readonly input: 'inventory';
  readonly id: string;
  readonly format: (inventory: Inventory) => Iterable<string>;
}
