import type { Inventory } from '../model/inventory.ts';
import type { Report, Row } from '../model/report.ts';
import { chooseColumns, sortRows, topRows } from './arrange.ts';
import { coverageOf } from './coverage.ts';
import { footerOf } from './footer.ts';
import { askedOf } from './question/asked.ts';
import { isNarrower, type Question, questionRecord, withSelections } from './question/question.ts';
import { questionLines } from './question/question-line.ts';
import { stateOf } from './state.ts';
import type { View, ViewTable } from './view.ts';

/** Looks at an Inventory through a view. */
export function reportOn(inventory: Inventory, view: View, asking: Question): Report {
  const question = withSelections(asking, inventory.selections);
  const asked = askedOf(inventory, question);
  const coverage = coverageOf(asked.considered, { unclear: asked.unclear, isNarrower: isNarrower(question, inventory.selections) });
  const table = view.tabulate(asked, question);
  const { columns, rows, rowsLeftOut } = arrange(table, view, question);
  return {
    view: view.id,
    schemaVersion: view.schemaVersion,
    generated: inventory.generated,
    record: { question: questionRecord(question), selections: inventory.selections, rowsLeftOut, ...table.record },
    columns,
    rows,
    coverage,
    state: stateOf(coverage),
    footer: [...cutLine(question, rowsLeftOut), ...questionLines(asked, question), ...footerOf(coverage)],
  };
}

/** Sorts, cuts off, and chooses columns. */
function arrange(table: ViewTable, view: View, question: Question): ViewTable & { readonly rowsLeftOut: number } {
  const sortBy = question.sortBy ?? view.sortBy;
  const sorted = sortBy === undefined ? table : { ...table, rows: sortRows(table, sortBy) };
  const { columns, rows } = question.columns.length === 0 ? sorted : chooseColumns(sorted, question.columns);
  const { top } = question;
  if (top === null) return { columns, rows, rowsLeftOut: 0 };
  return { columns, rows: topRows(rows, top), rowsLeftOut: Math.max(0, countRows(table.rows) - top) };
}

/** What is cut off is said. */
function cutLine({ top }: Question, rowsLeftOut: number): string[] {
  return top === null || rowsLeftOut === 0 ? [] : [`The first ${top} of ${top + rowsLeftOut} rows (--top)`];
}

function countRows(rows: Iterable<Row>): number {
  let count = 0;
  for (const _ of rows) count++;
  return count;
}
