import type { Inventory } from '../../src/model/inventory.ts';
import type { Report } from '../../src/model/report.ts';
import { everything } from '../../src/report/question/question.ts';
import { reportOn } from '../../src/report/report.ts';
import { views } from '../../src/report/views.ts';

/** An Inventory through every view, and through the first one also by team. */
export function everyReport(inventory: Inventory): Report[] {
  const all = Object.values(views).map((view) => reportOn(inventory, view, everything));
  return [...all, reportOn(inventory, views.packages, { ...everything, by: 'team' })];
}
