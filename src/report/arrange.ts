import { groupBy } from '../model/group-by.ts';
import type { PackageType } from '../model/package.ts';
import type { Cell, Column, Row } from '../model/report.ts';
import { byCodeUnits } from '../text/code-units.ts';
import { compareVersions } from '../version/version-order.ts';
import { lazyRows } from './lazy-rows.ts';
import type { Question, SortBy } from './question/question.ts';
import type { ViewTable } from './view.ts';

/** Sorts, cuts off, and chooses columns. `order` is the default order of the rows. */
export function arrange(table: ViewTable, question: Question, order?: SortBy): ViewTable & { readonly rowsLeftOut: number } {
  const sortBy = question.sortBy ?? order;
  const sorted = sortBy === undefined ? table : { ...table, rows: sortRows(table, sortBy) };
  const { columns, rows } = question.columns.length === 0 ? sorted : chooseColumns(sorted, question.columns);
  const { top } = question;
  if (top === null) return { columns, rows, rowsLeftOut: 0 };
  return { columns, rows: topRows(rows, top), rowsLeftOut: Math.max(0, countRows(table.rows) - top) };
}

/** Says that rows were cut off. */
export function cutLine({ top }: Question, rowsLeftOut: number): string[] {
  return top === null || rowsLeftOut === 0 ? [] : [`The first ${top} of ${top + rowsLeftOut} rows (--top)`];
}

function countRows(rows: Iterable<Row>): number {
  let count = 0;
  for (const _ of rows) count++;
  return count;
}

/** The fewest rows held at a time when they are sorted: there is no room for all rows of a large fleet. */
const fewestAtOnce = 10_000;

/** How often all rows are made anew, at most. A tenth of them takes less room than the keys by which all of them are compared. */
const mostPasses = 10;

/** Sorts rows without keeping them: they are made anew for each part of the result. */
export function sortRows({ columns, rows }: ViewTable, sortBy: SortBy): Iterable<Row> {
  return lazyRows(() => {
    const ranks = ranksOf(columns, rows, sortBy);
    const atOnce = Math.max(fewestAtOnce, Math.ceil(ranks.length / mostPasses));
    return {
      *[Symbol.iterator]() {
        for (let from = 0; from < ranks.length; from += atOnce) yield* rowsRanked(rows, ranks, { from, atOnce });
      },
    };
  });
}

function rowsRanked(rows: Iterable<Row>, ranks: Int32Array, { from, atOnce }: { readonly from: number; readonly atOnce: number }): Row[] {
  const part: Row[] = [];
  let place = 0;
  for (const row of rows) {
    const rank = (ranks[place++] as number) - from;
    if (rank >= 0 && rank < atOnce) part[rank] = row;
  }
  return part;
}

/** What rows are compared by. For versions also the type: only those of one ecosystem can be compared. */
interface Key {
  readonly cell: Cell;
  readonly type: string;
}

/** The place of each row in the new order. Equal rows keep their order. */
function ranksOf(columns: readonly Column[], rows: Iterable<Row>, { column: id, descending }: SortBy): Int32Array {
  const at = columns.findIndex((column) => column.id === id);
  const typeAt = columns[at]?.order === 'version' ? columns.findIndex((column) => column.id === 'type') : -1;
  const keys = Array.from(rows, ({ cells }): Key => ({ cell: cells[at] as Cell, type: typeAt < 0 ? '' : (cells[typeAt] as string) }));
  const places = Int32Array.from(keys, (_, place) => place);
  const direction = descending ? -1 : 1;
  places.sort((a, b) => direction * compareKeys(keys[a] as Key, keys[b] as Key) || a - b);
  const ranks = new Int32Array(keys.length);
  places.forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}

/** Numbers as numbers, versions in their order, lists by length, all else by code units. */
function compareKeys({ cell: a, type }: Key, { cell: b, type: other }: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (Array.isArray(a) && Array.isArray(b)) return a.length - b.length || byCodeUnits(a.join(), b.join());
  if (type !== '' && type === other) return compareVersions(type as PackageType, String(a), String(b)) || byCodeUnits(String(a), String(b));
  return byCodeUnits(type, other) || byCodeUnits(String(a), String(b));
}

/** Only the first rows. */
function topRows(rows: Iterable<Row>, top: number): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      let left = top;
      if (left === 0) return;
      for (const row of rows) {
        yield row;
        if (--left === 0) return;
      }
    },
  };
}

/** Only these columns, in this order; columns that exist once per team stay. */
export function chooseColumns({ columns, rows }: ViewTable, chosen: readonly string[]): ViewTable {
  const placesById = groupBy(columns.keys(), (place) => (columns[place] as Column).id);
  const many = columns.filter(({ oneOf }) => oneOf !== undefined).map(({ id }) => id);
  const places = [...new Set([...chosen, ...many])].flatMap((id) => placesById.get(id) ?? []);
  const shown = places.map((place) => {
    const column = columns[place] as Column;
    // A column for tools that is asked for is meant to be seen.
    const isAlone = placesById.get(column.id)?.length === 1;
    return isAlone ? { ...column, audience: 'all' as const } : column;
  });
  return { columns: shown, rows: rowsWith(rows, places) };
}

function rowsWith(rows: Iterable<Row>, places: readonly number[]): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows) {
        yield {
          cells: places.map((place) => row.cells[place] as Cell),
          get record() {
            return row.record;
          },
        };
      }
    },
  };
}
