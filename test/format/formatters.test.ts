import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/format/csv.ts';
import { json } from '../../src/format/json.ts';
import { plainTable } from '../../src/format/plain-table.ts';
import { table, wide } from '../../src/format/table.ts';
import { terminalTable } from '../../src/format/terminal-table.ts';
import type { Coverage } from '../../src/model/coverage.ts';
import type { Cell, Report } from '../../src/model/report.ts';

const file = { terminal: false, color: false, headers: true };
const terminal = { ...file, terminal: true };

function reportOf(rows: readonly (readonly Cell[])[]): Report {
  return {
    ...{ view: 'packages', schemaVersion: '0.1.0', generated: '2026-11-23T00:00:00Z', coverage: {} as Coverage, footer: ['under it'] },
    columns: [
      { id: 'package', title: 'Package', audience: 'all' },
      { id: 'unowned', title: 'Unowned', audience: 'tools' },
      { id: 'teams', title: 'Teams', audience: 'all' },
    ],
    rows: rows.map((cells) => ({ cells, record: { package: cells[0] } })),
  };
}

const text = (parts: Iterable<string>) => [...parts].join('');

describe('csv', () => {
  test('what tools read: ids above, lists joined by ;', () => {
    expect(text(csv.format(reportOf([['bash', 1, ['a', 'b']]]), file))).toBe('package,unowned,teams\nbash,1,a;b\n');
  });

  test.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', 'two\\u{a}lines'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', "'-2"],
  ])('%j is written as %s', (value, written) => {
    expect(text(csv.format(reportOf([[value, 0, []]]), { ...file, headers: false }))).toBe(`${written},0,\n`);
  });
});

describe('json', () => {
  test('is one document, also without rows', () => {
    expect(JSON.parse(text(json.format(reportOf([]), file)))).toMatchObject({ schemaVersion: '0.1.0', rows: [] });
    expect(
      JSON.parse(
        text(
          json.format(
            reportOf([
              ['a', 0, []],
              ['b', 0, []],
            ]),
            file,
          ),
        ),
      ).rows,
    ).toEqual([{ package: 'a' }, { package: 'b' }]);
  });
});

describe('table', () => {
  const teams = ['a', 'b', 'c', 'd', 'e'];

  test('into a file: one line a row with all teams', () => {
    expect(text(table.format(reportOf([['bash', 1, teams]]), file))).toBe(
      '+---------+---------------+\n| Package | Teams         |\n+---------+---------------+\n| bash    | a, b, c, d, e |\n+---------+---------------+\nunder it\n',
    );
  });

  test('on a terminal: three teams one under another, the rest counted', () => {
    const lines = text(table.format(reportOf([['bash', 1, teams]]), terminal)).split('\n');
    expect(lines.slice(3, 7)).toEqual(['| bash    | a     |', '|         | b     |', '|         | c     |', '|         | +2    |']);
    expect(text(wide.format(reportOf([['bash', 1, teams]]), terminal))).toContain('| e     |');
  });

  test('a terminal and a file get the same frame', () => {
    const cell = fc.stringMatching(/^[a-z0-9.+~-]{1,12}$/).map((word) => [word]);
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (hasHead, rows) => {
        const head = hasHead ? ['Package', 'Teams'] : [];
        expect(text(terminalTable(head, rows, false))).toBe(text(plainTable(head, rows)));
      }),
      { numRuns: 100 },
    );
  });

  test('200,000 rows do not overflow anything', () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [`package-${index}`, 0, ['team']]);
    let lines = 0;
    for (const part of table.format(reportOf(rows), terminal)) lines += part.split('\n').length - 1;
    expect(lines).toBe(200_000 + 5);
  });

  test('escape sequences of a stranger do not reach the terminal', () => {
    expect(text(table.format(reportOf([['\u001b]0;x\u0007', 0, ['\u202e']]]), terminal)).replaceAll('\n', '')).not.toMatch(
      /\p{Cc}|\p{Cf}/u,
    );
  });
});
