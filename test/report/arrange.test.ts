import { expect, test } from 'vitest';
import type { Column, Row } from '../../src/model/report.ts';
import { chooseColumns, sortRows } from '../../src/report/arrange.ts';
import { expectLinear, patient } from '../growth.ts';

const columns: readonly Column[] = [
  { id: 'name', title: 'Name', audience: 'all' },
  { id: 'count', title: 'Count', audience: 'all', order: 'number' },
];

/** Rows that count how often each was made. */
function countedRows(count: number) {
  const made = { rows: 0 };
  const rows: Iterable<Row> = {
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) {
        made.rows++;
        yield { cells: [`name-${index}`, (index * 7919) % count], record: {} };
      }
    },
  };
  return { made, rows };
}

test.each([5000, 40_000, 200_000])('%d rows are made a few times, however many there are, and come in order', (count) => {
  const { made, rows } = countedRows(count);
  let last = -1;
  let seen = 0;
  let isInOrder = true;
  for (const { cells } of sortRows({ columns, rows }, { column: 'count', descending: false })) {
    isInOrder &&= (cells[1] as number) >= last;
    last = cells[1] as number;
    seen++;
  }
  expect([seen, isInOrder]).toEqual([count, true]);
  expect(made.rows).toBeLessThanOrEqual(11 * count);
});

test('of sorted rows the first are made in two passes', () => {
  const { made, rows } = countedRows(50_000);
  for (const _ of sortRows({ columns, rows }, { column: 'count', descending: true })) break;
  expect(made.rows).toBe(100_000);
});

test('columns are chosen in linear time, where every team has one', patient, async () => {
  const tableOf = (teams: number) => ({
    columns: [
      ...columns,
      ...Array.from({ length: teams }, (_, index): Column => ({ id: `t-${index}`, title: '', audience: 'all', oneOf: 'teams' })),
    ],
    rows: [],
  });
  await expectLinear(tableOf, (table) => chooseColumns(table, ['name']), 1000);
});
