import { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { addQuestionFlags, questionOf } from '../../src/cli/flags/question-flags.ts';
import { readInventory } from '../../src/cli/input/read-inventory.ts';
import { inventory as inventoryFormatter } from '../../src/format/inventory.ts';
import { json } from '../../src/format/json.ts';
import { table } from '../../src/format/table.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { ContainersReport } from '../../src/model/reports/containers.ts';
import { CoverageReport } from '../../src/model/reports/coverage.ts';
import { MatrixReport } from '../../src/model/reports/matrix.ts';
import { PackagesByTeamReport, PackagesReport } from '../../src/model/reports/packages.ts';
import { SpreadReport } from '../../src/model/reports/spread.ts';
import { TeamsReport } from '../../src/model/reports/teams.ts';
import { everything } from '../../src/report/question/question.ts';
import { reportOn } from '../../src/report/report.ts';
import { views } from '../../src/report/views.ts';
import { littleFleet } from './little-fleet.ts';

const { signal } = new AbortController();

const folder = 'fixtures/inventory';
const plain = { terminal: false, color: false, headers: true };

const goldens = {
  packages: { view: views.packages, question: everything, schema: PackagesReport },
  'packages-all-columns': {
    view: views.packages,
    question: { ...everything, columns: [...new Set(views.packages.columns(null).map(({ id }) => id))] },
    schema: PackagesReport,
  },
  'packages-by-team': { view: views.packages, question: { ...everything, by: 'team' as const }, schema: PackagesByTeamReport },
  matrix: { view: views.matrix, question: everything, schema: MatrixReport },
  teams: { view: views.teams, question: everything, schema: TeamsReport },
  containers: { view: views.containers, question: everything, schema: ContainersReport },
  spread: { view: views.spread, question: everything, schema: SpreadReport },
  coverage: { view: views.coverage, question: everything, schema: CoverageReport },
};

// `npx vitest run --project unit test/report/golden.test.ts --update` writes them anew.
test('the inventory is what the little fleet comes to', async () => {
  const text = [...inventoryFormatter.format(joinInventory(littleFleet))].join('');
  await expect(text).toMatchFileSnapshot(`../../${folder}/inventory.json`);
});

test('every view has a golden file', () => {
  expect(new Set(Object.values(goldens).map(({ view }) => view.id))).toEqual(new Set(Object.keys(views)));
});

describe.each(Object.entries(goldens))('%s', (name, { view, question, schema }) => {
  let inventory: Inventory;
  beforeAll(async () => {
    inventory = await readInventory(`${folder}/inventory.json`, signal);
  });

  test('as JSON, which is what its schema says', async () => {
    const text = [...json.format(reportOn(inventory, view, question), plain)].join('');
    expect(schema.parse(JSON.parse(text))).toEqual(JSON.parse(text));
    await expect(text).toMatchFileSnapshot(`../../${folder}/${name}.json`);
  });

  test('as a table', async () => {
    const text = [...table.format(reportOn(inventory, view, question), plain)].join('');
    await expect(text).toMatchFileSnapshot(`../../${folder}/${name}.txt`);
  });

  test('with numbers, or nothing, in the columns of numbers, and in no others', () => {
    const { columns, rows } = reportOn(inventory, view, question);
    for (const { cells } of rows)
      for (const [place, { id, order }] of columns.entries())
        expect([id, typeof cells[place] === 'number']).toEqual([id, order === 'number' && cells[place] !== '']);
  });

  test('with a cell for each column', () => {
    const { columns, rows } = reportOn(inventory, view, question);
    expect(new Set(Array.from(rows, ({ cells }) => cells.length))).toEqual(new Set([columns.length]));
  });
});

test.each(Object.values(views))('the sample of $id in the help is what it prints', async (view) => {
  const flags = view.sample.flags.split(' ').map((flag) => flag.replaceAll("'", ''));
  const question = questionOf(addQuestionFlags(new Command()).parse(flags, { from: 'user' }).opts(), view);
  const text = [...table.format(reportOn(await readInventory(`${folder}/inventory.json`, signal), view, question), plain)].join('');
  expect(text.match(/^[+|].*\n/gm)?.join('')).toBe(view.sample.table);
});
