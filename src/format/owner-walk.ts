import type { Config } from '../model/config.ts';
import type { TeamSource } from '../model/container.ts';
import type { OwnerStep, OwnerWalk } from '../model/owner-walk.ts';
import { widestColumn } from './table/widest-column.ts';
import { visibleText } from './visible-text.ts';

/** How containers got their teams, for a person who says that one is not theirs. */
export function* ownerWalkText(walks: readonly OwnerWalk[], { ownership }: Config): Generator<string> {
  for (const walk of walks) yield* linesOf(walk);
  yield `Keys tried in labels and annotations: ${visibleText(ownership.keys.join(', '))}\n`;
}

function* linesOf(walk: OwnerWalk): Generator<string> {
  yield `${visibleText(titleOf(walk))}\n`;
  yield `Team: ${visibleText(verdictOf(walk))}\n\n`;
  const rows = walk.steps.flatMap((step) => rowsOf(step, walk));
  const widths = [0, 1].map((column) => rows.reduce((widest, { cells }) => Math.max(widest, (cells[column] as string).length), 0));
  for (const { isTaken, cells } of rows) {
    const [kind, object, word] = cells;
    const [first, second] = widths.map((width) => Math.min(width, widestColumn)) as [number, number];
    yield `${isTaken ? '>' : ' '} ${kind.padEnd(first)}  ${object.padEnd(second)}  ${word}\n`;
  }
  yield '\n';
}

function titleOf({ container, id, cluster, namespace, pod }: OwnerWalk): string {
  const named = container === '' ? 'No container yet' : `Container ${container}${id === null ? '' : ` (${id.slice(0, 12)})`}`;
  const place = pod === null ? '' : ` of the pod ${namespace}/${pod}`;
  return `${named}${place}${cluster === null ? '' : `, cluster ${cluster}`}`;
}

function verdictOf({ team }: OwnerWalk): string {
  const { name, status, from, conflict, unasked } = team;
  const notes = [
    conflict && 'the Services that select the pod disagree, and none of them is taken',
    unasked.length > 0 && `not asked: ${unasked.join(', ')}`,
  ].filter((note) => note !== false);
  const tail = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  if (status === 'owned' && from !== null) return `${name}, from ${sourceText(from)}${tail}`;
  return status === 'unowned' ? `(unowned): all of them were asked, and none names a team${tail}` : `(unknown)${tail}`;
}

/** label team of Deployment shop/web */
function sourceText({ field, key, kind, namespace, name }: TeamSource): string {
  return `${field} ${key} of ${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;
}

interface WalkRow {
  readonly isTaken: boolean;
  readonly cells: readonly [kind: string, object: string, word: string];
}

/** One row for each team that an object names; one where it names none. */
function rowsOf({ kind, namespace, name, outcome, found }: OwnerStep, { team }: OwnerWalk): WalkRow[] {
  const object = visibleText(name === null ? '-' : `${namespace === null ? '' : `${namespace}/`}${name}`);
  const row = (word: string, isTaken = false): WalkRow => ({ isTaken, cells: [visibleText(kind), object, visibleText(word)] });
  if (outcome === 'gone') return [row('is gone')];
  if (outcome === 'unasked') return [row(kind === 'Config' ? 'has a rule about something that is not known' : 'could not be asked')];
  if (found.length === 0) return [row(name === null ? 'there is none' : 'names none')];
  return found.map(({ name: called, from }) => {
    const alias = from.value.trim() === called ? '' : `, that is ${called}`;
    return row(`${from.field} ${from.key}: ${from.value}${alias}`, isSame(from, team.from));
  });
}

function isSame(a: TeamSource, b: TeamSource | null): boolean {
  return b !== null && (['kind', 'namespace', 'name', 'field', 'key'] as const).every((part) => a[part] === b[part]);
}
