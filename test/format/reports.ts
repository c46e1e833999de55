import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Cell, Column, Report } from '../../src/model/report.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { stateOf } from '../../src/report/state.ts';
import { harvestOf, packageRecord, strangersScan, teamScan, unreadScan } from '../fleet.ts';

const columns: readonly Column[] = [
  { id: 'name', title: 'Name', audience: 'all' },
  { id: 'count', title: 'Count', audience: 'all', order: 'number' },
  { id: 'hidden', title: 'Hidden', audience: 'tools' },
  { id: 'teams', title: 'Teams', audience: 'people' },
  { id: 'teams', title: 'Teams', audience: 'tools' },
];

/** A row of name, count and teams; tools have the teams in a column of their own, in capitals. */
export type Line = readonly [name: string, count: number, teams: readonly string[]];

export function reportOf(lines: readonly Line[], footer: readonly string[] = []): Report {
  return {
    view: 'test',
    schemaVersion: '0.0.0',
    generated: '2026-01-01T00:00:00Z',
    columns,
    rows: lines.map(([name, count, teams]) => ({
      cells: [name, count, 'for tools', teams, teams.map((team) => team.toUpperCase())] satisfies Cell[],
      record: { name, count, teams },
    })),
    coverage: coverageOf(inventory),
    state: stateOf(coverageOf(inventory)),
    footer,
  };
}

const hostile = 'evil\u001b[31m\u202e\u2028\u{1f600}"\\\n';

/** An Inventory that holds a bit of everything, with text that means harm. */
export const inventory: Inventory = joinInventory(
  harvestOf({
    sources: [{ kind: 'docker', name: hostile, version: null, containers: 3, error: null }],
    scans: [
      teamScan('a', hostile, [packageRecord(hostile, hostile, { licenseDeclared: hostile }), packageRecord('bash')]),
      teamScan('b', null, [packageRecord('bash')]),
      strangersScan('c', []),
      unreadScan('d', 'forbidden', { message: hostile }),
    ],
    diagnostics: [{ severity: 'warning', code: 'a/b', message: hostile, container: null, path: null }],
  }),
);

export const textOf = (parts: Iterable<string>) => [...parts].join('');
