import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formats } from '../../src/format/formatters.ts';
import { table, wide } from '../../src/format/table.ts';
import { type Line, reportOf, textOf } from './reports.ts';

const inPipe = { terminal: false, color: false, headers: true };
const onTerminal = { ...inPipe, terminal: true };

const print = (lines: readonly Line[], options: typeof inPipe, format = table, footer: readonly string[] = []) =>
  textOf(format.format(reportOf(lines, footer), options))
    .split('\n')
    .slice(0, -1);

const teams = ['a', 'b', 'c', 'd', 'e'];

describe('the table', () => {
  it('is a frame of ASCII with the columns for people', () => {
    const expected = [
      '+------+-------+-------+',
      '| Name | Count | Teams |',
      '+------+-------+-------+',
      '| bash | 3     | shamu |',
      '| zlib | 12    |       |',
      '+------+-------+-------+',
    ];
    const lines: Line[] = [
      ['bash', 3, ['shamu']],
      ['zlib', 12, []],
    ];
    expect(print(lines, inPipe)).toEqual(expected);
    expect(print(lines, onTerminal)).toEqual(expected);
  });

  it('has in a pipe one line a row, and all teams in it', () => {
    expect(print([['bash', 5, teams]], inPipe)[3]).toBe('| bash | 5     | a, b, c, d, e |');
  });

  it('has on a terminal three teams one under another, then how many more', () => {
    expect(print([['bash', 5, teams]], onTerminal).slice(3, -1)).toEqual([
      '| bash | 5     | a     |',
      '|      |       | b     |',
      '|      |       | c     |',
      '|      |       | +2    |',
    ]);
    expect(print([['bash', 3, ['a', 'b', 'c']]], onTerminal).slice(3, -1).length).toBe(3);
  });

  it('shows with -o wide all teams, on a terminal too', () => {
    expect(
      print([['bash', 5, teams]], onTerminal, wide)
        .slice(3, -1)
        .map((line) => line.at(-7)),
    ).toEqual(teams);
    expect(print([['bash', 5, teams]], inPipe, wide)).toEqual(print([['bash', 5, teams]], inPipe));
  });

  // cli-table3 sets the small ones. Guards against large ones that had one line a row.
  it('shows names one under another in a table of any size, in the same way', () => {
    const list = fc.array(fc.constantFrom('', 'a', '日本', 'é', ' b '), { maxLength: 6 });
    const line = fc.tuple(fc.constantFrom('bash', 'zlib1g', '日本', ''), fc.nat({ max: 999 }), list);
    const filler = Array.from({ length: 5000 }, (): Line => ['', 0, []]);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.boolean(), (lines, headers) => {
        for (const format of [table, wide]) {
          const small = print(lines, { ...onTerminal, headers }, format);
          const large = print([...lines, ...filler], { ...onTerminal, headers }, format);
          expect(large.slice(0, small.length - 1)).toEqual(small.slice(0, -1));
          expect(large).toHaveLength(small.length + filler.length);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('shows names one under another beside a name that is wider than a column', () => {
    const long = 'x'.repeat(2000);
    expect(print([['bash', 2, [long, 'b']]], onTerminal).slice(3, -1)).toEqual([
      `| bash | 2     | ${long} |`,
      `|      |       | ${'b'.padEnd(1000)} |`,
    ]);
  });

  it.each([
    ['in a pipe', inPipe],
    ['on a terminal', onTerminal],
  ])('has no headings with --no-headers, %s', (_, options) => {
    expect(print([['bash', 3, ['a']]], { ...options, headers: false })).toEqual([
      '+------+---+---+',
      '| bash | 3 | a |',
      '+------+---+---+',
    ]);
  });

  it.each([
    ['in a pipe', inPipe],
    ['on a terminal', onTerminal],
  ])('has its headings bold in color, and only them, %s', (_, options) => {
    const [, head, rule, row] = print([['bash', 3, ['a']]], { ...options, color: true });
    expect(head).toBe('|\u001b[1m Name \u001b[22m|\u001b[1m Count \u001b[22m|\u001b[1m Teams \u001b[22m|');
    expect([rule, row]).toEqual(['+------+-------+-------+', '| bash | 3     | a     |']);
  });

  it('is the footer alone where there are no rows', () => {
    expect(print([], inPipe, table, ['0 containers run'])).toEqual(['0 containers run']);
    expect(print([], onTerminal, table, ['0 containers run'])).toEqual(['0 containers run']);
  });

  it('shows what is hidden in names, teams and footer', () => {
    for (const options of [inPipe, onTerminal]) {
      const text = print([['a\u001b[31m', 1, ['x\ny']]], options, table, ['z\u202e']).join('\n');
      expect(text).toContain('| a\\u{1b}[31m | 1     | x\\u{a}y |');
      expect(text).toContain('\nz\\u{202e}');
    }
  });

  it('takes wide characters for the two columns that they are', () => {
    const expected = ['+------+---+---+', '| 日本 | 1 | a |', '| ab   | 2 | b |', '+------+---+---+'];
    for (const options of [inPipe, onTerminal]) {
      expect(
        print(
          [
            ['日本', 1, ['a']],
            ['ab', 2, ['b']],
          ],
          { ...options, headers: false },
        ),
      ).toEqual(expected);
    }
  });

  it('is the same on a terminal and in a pipe, where no cell is a list of several', () => {
    // Not all of Unicode: cli-table3 knows the widths of an older one.
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('a', 'é', '日', '本', '한', '\u001b', '\ud800', '\n', 'ｆ', 'Ж'), { maxLength: 8 })
        .map((parts) => parts.join('')),
      fc.constantFrom('', ' ', '  a  ', '日本', 'é', '{a}', '---', '|', 'ｆ'),
    );
    const line = fc.tuple(text, fc.nat(), fc.array(text, { maxLength: 1 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, headers) => {
        expect(print(lines, { ...onTerminal, headers })).toEqual(print(lines, { ...inPipe, headers }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('100,000 rows', () => {
  const many = reportOf(Array.from({ length: 100_000 }, (_, index): Line => [`package-${index}`, index, ['a', 'b']]));

  // cli-table3 takes minutes for so many, or ends in a stack overflow: guarded by the limit of rows for a terminal.
  it.each([
    ['table', onTerminal],
    ['table', inPipe],
    ['wide', onTerminal],
    ['csv', inPipe],
    ['json', inPipe],
  ] as const)('as %s, %j: all of them are printed', async (id, options) => {
    const formatter = await formats[id].load();
    let lines = 0;
    for (const part of formatter.format(many, options)) for (const character of part) if (character === '\n') lines++;
    expect(lines).toBeGreaterThanOrEqual(100_000);
  });
});
