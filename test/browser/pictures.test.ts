import { expect, it } from 'vitest';
import type { Cell, Data } from '../../src/format/html/page/data.ts';
import { picturesOf } from '../../src/format/html/page/pictures.ts';

const names = ['1', '2', '2.1', 'a', 'b'];
const position = (name: string) => names.indexOf(name);
const column = (id: string | null, title = '', more: object = {}) => ({ id, title, ...more });

function draw(columns: object[], rows: Cell[][]) {
  const pictures = picturesOf({ columns, rows, names } as unknown as Data, [...rows.keys()]);
  return pictures.map(({ bars }) => bars.map(({ name, value }) => `${name} ${value}`));
}

// One fleet: two packages are called bash, one of them has a row without a version.
const teams = (...of: string[]) => of.map(position);
const packages = draw(
  [column('package'), column('version'), column('type'), column('teams')],
  [
    ['bash', '1', 'apk', teams('a')],
    ['bash', '2', 'apk', teams('b')],
    ['bash', '', 'deb', teams('a')],
    ['bash', '2.1', 'deb', teams('a')],
    ['bash', '2', 'deb', teams('a', 'b')],
  ],
);
const matrix = draw(
  [column('package'), column('type'), column(null, 'a', { oneOf: 'teams' }), column(null, 'b', { oneOf: 'teams' })],
  [
    ['bash', 'apk', teams('1'), teams('2')],
    ['bash', 'deb', teams('2', '2.1'), teams('2')],
  ],
);

it('draws the same of one fleet from either view', () => {
  expect(packages).toEqual([
    ['a 2', 'b 2'],
    ['bash 2', 'bash 2'],
  ]);
  expect(matrix).toEqual(packages);
});
