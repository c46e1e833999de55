import type { Coverage } from '../model/coverage.ts';
import { diffChanges } from '../model/diff-changes.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import type { DiffRow } from '../model/reports/diff.ts';
import { diffReportSchemaVersion } from '../model/schema-versions.ts';
import { compareVersions } from '../version/version-order.ts';
import { arrange, cutLine } from './arrange.ts';
import { coverageOf } from './coverage.ts';
import { type AskedSide, askedOfBoth } from './diff/asked.ts';
import { type Installed, isUnknown, type Pair, type Part, type Parts, partsOf, type Unread } from './diff/parts.ts';
import { clusterOf, diffColumns, diffRowOf } from './diff/rows.ts';
import { sameSets } from './diff/same-sets.ts';
import { collectedOfBoth } from './diff/selections.ts';
import { diffStateOf } from './diff/state.ts';
import { footerOf } from './footer.ts';
import { everything, isNarrower, type Question, questionRecord, withSelections } from './question/question.ts';
import { questionLines } from './question/question-line.ts';

/** A report on two inventories. */
interface Comparison extends Report {
  readonly older: NonNullable<Report['older']>;
  readonly state: string;
  readonly differs: boolean;
}

/**
 * What differs between two inventories: packages added, removed, upgraded, downgraded, by team, compared by cluster, namespace, workload
 * and container. What could not be read on either side is unknown: never added, and never removed. What was left out when one of them was
 * collected is not compared. Both sides say what was read; whether the coverage is complete is said of the comparison. A question leaves
 * rows out, and makes none: a row is there where either side fits.
 */
export function diffReport(older: Inventory, newer: Inventory, asking: Question = everything): Comparison {
  const collected = collectedOfBoth(older, newer);
  const question = withSelections(asking, collected.selections);
  const asked = askedOfBoth(collected.before, collected.after, question);
  const [before, after] = [asked.before.inventory, asked.after.inventory];
  const pairs = pairParts(partsOf(before, question), partsOf(after, question), asked.isCertain);
  const records = diffRows(pairs, sameSets(before, after));
  const { columns, rows, rowsLeftOut } = arrange({ columns: diffColumns(records), rows: records.map(diffRowOf) }, question);
  const [old, now] = [sideCoverage(asked.before, asking), sideCoverage(asked.after, asking)];
  const { complete, state } = diffStateOf(pairs, old, now);
  return {
    view: 'diff',
    schemaVersion: diffReportSchemaVersion,
    generated: after.generated,
    record: { question: questionRecord(question), selections: after.selections, rowsLeftOut },
    columns,
    rows,
    coverage: { ...now, complete },
    older: { generated: before.generated, selections: before.selections, coverage: old },
    state,
    footer: [
      `${summaryOf(records)} between ${before.generated} and ${after.generated}`,
      ...cutLine(question, rowsLeftOut),
      ...questionLines(question, collected.selections),
      ...collected.footer,
      ...footerOf(old).map((line) => `Before: ${line}`),
      ...footerOf(now).map((line) => `After: ${line}`),
    ],
    differs: records.some(({ change }) => change !== 'unknown'),
  };
}

function summaryOf(records: readonly DiffRow[]): string {
  const counts = Object.entries(diffChanges).flatMap(([change, word]) => {
    const number = records.filter((record) => record.change === change).length;
    return number === 0 ? [] : [`${number} ${word}`];
  });
  return counts.length === 0 ? 'No difference' : counts.join(', ');
}

/** Only a question that asks for less than was collected is narrower. */
function sideCoverage({ inventory, unclear }: AskedSide, asking: Question): Coverage {
  const { selections } = inventory;
  return coverageOf(inventory, { unclear, isNarrower: isNarrower(withSelections(asking, selections), selections) });
}

/** A place that may not have been asked for shows no changes, but it stays if its contents are not known either. */
function pairParts(old: Parts, now: Parts, isCertain: (key: string) => boolean): Pair[] {
  const keys = [...new Set([...old.parts.keys(), ...now.parts.keys()])].sort();
  return keys.flatMap((key) => {
    const pair: Pair = [sideOf(old, now, key), sideOf(now, old, key)];
    return isCertain(key) || isUnknown(pair) ? [pair] : [];
  });
}

/** A part as one side has it. If it has none, it may be that this side could not tell. */
function sideOf(side: Parts, other: Parts, key: string): Part {
  const part = side.parts.get(key);
  if (part !== undefined) return part;
  const { place, team, cluster } = other.parts.get(key) as Part;
  return { place, team, cluster, unread: side.whyAbsent(key, cluster), sets: [], packages: () => new Map() };
}

/** The same change for a team in several places of a cluster is one row. */
function diffRows(pairs: readonly Pair[], isSameSet: (key: string) => boolean): DiffRow[] {
  const grouped = new Map<string, DiffRow>();
  for (const pair of pairs) {
    for (const { places, ...change } of changesOf(pair, isSameSet)) {
      const group = JSON.stringify([change, clusterOf({ places })]);
      const earlier = grouped.get(group);
      if (earlier === undefined) grouped.set(group, { ...change, places: [...places] });
      else earlier.places.push(...places);
    }
  }
  return sorted([...grouped.values()]);
}

function changesOf(pair: Pair, isSameSet: (key: string) => boolean): DiffRow[] {
  const [old, now] = pair;
  const { team, place } = now;
  const row = { team: team.name, ownership: team.status, architecture: null, before: [], after: [], reason: null, places: [place] };
  if (isUnknown(pair)) {
    const reason = whyUnknown(old.unread, now.unread);
    return [{ ...row, change: 'unknown', package: null, type: null, reason }];
  }
  if (old.sets.length === now.sets.length && old.sets.every((key, index) => key === now.sets[index] && isSameSet(key))) return [];
  const [before, after] = [old.packages(), now.packages()];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (!was?.isAsked && !is?.isAsked) return [];
    const change = changeOf(was, is);
    const { name, type, architecture } = (is ?? was) as Installed;
    const versions = { before: [...(was?.versions ?? [])], after: [...(is?.versions ?? [])] };
    return change === null ? [] : [{ ...row, change, package: name, type, architecture, ...versions }];
  });
}

function whyUnknown(before: Unread | null, after: Unread | null): string {
  const [old, now] = [before, after].map((unread) => unread?.why.replace(/\.$/, ''));
  if (old === now) return `not read on either side: ${old}`;
  const words = [old !== undefined && `not read before: ${old}`, now !== undefined && `not read after: ${now}`];
  return words.filter((side) => side !== false).join('; ');
}

function changeOf(was: Installed | undefined, is: Installed | undefined): DiffRow['change'] | null {
  if (was === undefined || is === undefined) return was === undefined ? 'added' : 'removed';
  if (was.versions.join('\0') === is.versions.join('\0')) return null;
  const order = compareVersions(is.type, was.versions.at(-1) ?? '', is.versions.at(-1) ?? '');
  if (order === 0) return 'rebuilt';
  return order < 0 ? 'upgraded' : 'downgraded';
}

/** By team, those without one last; then in the order of changes; then by package. */
function sorted(rows: readonly DiffRow[]): DiffRow[] {
  const keyed = rows.map((row) => ({ row, key: orderKey(row) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ row }) => row);
}

type OrderKey = readonly (string | number)[];

const changeOrder = Object.keys(diffChanges);

function orderKey(row: DiffRow): OrderKey {
  return [
    row.team === null ? 1 : 0,
    row.team ?? row.ownership,
    changeOrder.indexOf(row.change),
    row.package ?? '',
    JSON.stringify([row.type, row.architecture, row.before, row.after, row.reason, clusterOf(row)]),
  ];
}

function compareKeys(left: OrderKey, right: OrderKey): number {
  const index = left.findIndex((part, position) => part !== right[position]);
  if (index < 0) return 0;
  return (left[index] as string | number) < (right[index] as string | number) ? -1 : 1;
}
