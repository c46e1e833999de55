import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import { coverageOf } from './coverage.ts';
import { footerOf } from './footer.ts';
import type { Question, View } from './view.ts';

/** Looks at an Inventory through a view. */
export function reportOn(inventory: Inventory, view: View, question: Question): Report {
  const asked = { ...inventory, containers: inventory.containers.filter((container) => isAskedFor(container, question)) };
  const coverage = coverageOf(asked);
  return {
    view: view.id,
    schemaVersion: view.schemaVersion,
    generated: inventory.generated,
    columns: view.columns(question),
    rows: view.rows(asked, question),
    coverage,
    footer: footerOf(coverage),
  };
}

/** A container about whose team nobody could be asked may belong to any of them. */
function isAskedFor({ team }: Container, { teams, unowned }: Question): boolean {
  if (teams.length === 0 && !unowned) return true;
  if (team.status === 'unknown') return true;
  return team.status === 'unowned' ? unowned : teams.includes(team.name as string);
}
