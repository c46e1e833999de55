import { describe, test } from 'vitest';
import { type Format, type FormatId, formatIds, formats, reportFormatIds } from '../../src/format/formatters.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Cell, Column, Report } from '../../src/model/report.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { harvestOf, packageRecord, teamScan } from '../fleet.ts';
import { expectLinear, patient } from '../growth.ts';

const inventoryOf = (containers: readonly (readonly string[])[], nameOf = (index: number) => `package-${index}`): Inventory =>
  joinInventory(
    harvestOf({
      scans: containers.map(([team = null, ...packages], index) =>
        teamScan(
          index.toString(16),
          team,
          packages.map((version, place) => packageRecord(nameOf(place), version)),
        ),
      ),
    }),
  );
const little = inventoryOf([['a', '1']]);

const names = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);
const columnsOf = (titles: readonly string[]): Column[] =>
  titles.map((title, index): Column => ({ id: title, title, audience: 'all', ...(index > 0 && { oneOf: 'teams' as const }) }));

function reportOf(columns: readonly Column[], rows: readonly (readonly Cell[])[], more: Partial<Report> = {}): Report {
  const made = rows.map((cells) => ({ cells, record: { cells } }));
  const about = {
    view: 'test',
    schemaVersion: '0.0.0',
    generated: '2026-01-01T00:00:00Z',
    coverage: coverageOf(little),
    state: 'Complete',
    footer: [],
  };
  return { ...about, columns, rows: made, ...more };
}

const three = columnsOf(['Name', 'Teams', 'More']);

/** Reports that are large in one way each. */
const reports: Readonly<Record<string, (size: number) => Report>> = {
  'many rows': (size) =>
    reportOf(
      three,
      names(size).map((name) => [name, [name, 'a'], 1]),
    ),
  'many rows of many names': (size) => reportOf(three, Array(size).fill(['name', names(20), 1])),
  'one row many times': (size) => reportOf(three, Array(size).fill(['name', ['a', 'b'], 1])),
  'many columns': (size) => reportOf(columnsOf(names(size)), Array(5).fill(names(size))),
  'many columns of one name': (size) => reportOf(columnsOf(Array(size).fill('name')), Array(5).fill(names(size))),
  'one cell with many names': (size) => reportOf(three, [['name', names(size), 1]]),
  'one cell with a name many times': (size) => reportOf(three, [['name', Array(size).fill('a'), 1]]),
  'rows with many names': (size) => reportOf(three, Array(20).fill(['name', names(size / 20), 1])),
  'many lines below it': (size) => reportOf(three, [], { footer: names(size) }),
};

const pieces = [' ', 'a', 'a ', '日', '\n', '\0', '\ud800', '`', '|', '\\', '\\|', '"', ';', ';=', '<', '&', ':', '-', '1', '1.', '://'];

const runOf = async (id: FormatId, terminal: boolean): Promise<(input: Report | Inventory) => void> => {
  const options = { terminal, color: terminal, headers: true, ...(terminal && { width: 120 }) };
  const format: Format = formats[id];
  if (format.input === 'report') {
    const formatter = await format.load();
    return (report) => drain(formatter.format(report as Report, options));
  }
  const formatter = await format.load();
  return (inventory) => drain(formatter.format(inventory as Inventory));
};

function drain(parts: Iterable<string>): void {
  for (const part of parts) void part;
}

// Guards against a terminal's table that took minutes for a matrix of many teams.
describe.each(reportFormatIds)('%s is printed in linear time', patient, (id) => {
  test.each(Object.entries(reports))('%s', async (_, makeReport) => {
    for (const terminal of [false, true]) await expectLinear(makeReport, await runOf(id, terminal), 1000);
  });

  test('a text of anything many times', async () => {
    const run = await runOf(id, false);
    for (const piece of pieces) {
      const makeReport = (length: number) => {
        const text = `x${piece.repeat(length / piece.length)}y`;
        return reportOf(columnsOf([text, 'Teams']), [[text, [text]]], { footer: [text] });
      };
      await expectLinear(makeReport, run, 8 * 1024);
    }
  });

  test('a time that is none', async () => {
    const makeReport = (length: number) => reportOf(three, [], { generated: 'T00:00'.repeat(length / 6) });
    await expectLinear(makeReport, await runOf(id, false), 128 * 1024);
  });
});

/** Inventories that are large in one way each. */
const inventories: Readonly<Record<string, (size: number) => Inventory>> = {
  'many containers': (size) => inventoryOf(Array(size).fill(['a', '1', '2'])),
  'many containers of many teams': (size) => inventoryOf(names(size).map((name) => [name, '1', '2'])),
  'many packages': (size) => inventoryOf([['a', ...names(size)]]),
  'many versions of one package': (size) => inventoryOf([['a', ...names(size)]], () => 'name'),
  'a time that is none': (size) => ({ ...little, generated: 'T'.repeat(50 * size) }),
};

const inventoryFormatIds = formatIds.filter((id) => !reportFormatIds.includes(id));

describe.each(inventoryFormatIds)('%s is printed in linear time', patient, (id) => {
  test.each(Object.entries(inventories))('%s', async (_, makeInventory) => {
    await expectLinear(makeInventory, await runOf(id, false), 1000);
  });
});
