import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import { arrange, cutLine } from './arrange.ts';
import { coverageOf } from './coverage.ts';
import { footerOf } from './footer.ts';
import { askedOf } from './question/asked.ts';
import { isNarrower, type Question, questionRecord, withSelections } from './question/question.ts';
import { questionLines } from './question/question-line.ts';
import { stateOf } from './state.ts';
import type { View } from './view.ts';

/** Looks at an Inventory through a view. */
export function reportOn(inventory: Inventory, view: View, asking: Question): Report {
  const question = withSelections(asking, inventory.selections);
  const asked = askedOf(inventory, question);
  const coverage = coverageOf(asked.considered, { unclear: asked.unclear, isNarrower: isNarrower(question, inventory.selections) });
  const table = view.tabulate(asked, question);
  const { columns, rows, rowsLeftOut } = arrange(table, question, view.sortBy);
  return {
    view: view.id,
    schemaVersion: view.schemaVersion,
    generated: inventory.generated,
    record: { question: questionRecord(question), selections: inventory.selections, rowsLeftOut, ...table.record },
    columns,
    rows,
    coverage,
    state: stateOf(coverage),
    footer: [
      ...cutLine(question, rowsLeftOut),
      ...questionLines(question, inventory.selections, asked.inventory.containers.length),
      ...footerOf(coverage),
    ],
  };
}
