import type { Container, TeamCandidate, TeamSource } from '../../model/container.ts';
import { coverageFindings } from '../../model/coverage-findings.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isGone } from '../../model/missed.ts';
import type { Column, Row } from '../../model/report.ts';
import type { CoverageRow } from '../../model/reports/coverage.ts';
import { coverageReportSchemaVersion } from '../../model/schema-versions.ts';
import { unreadReasons } from '../../model/unread-reasons.ts';
import { byCodeUnits } from '../../text/code-units.ts';
import { clusterNames, showingClusters } from '../cluster-names.ts';
import { lazyRows } from '../lazy-rows.ts';
import { kindText } from '../team-source.ts';
import type { View } from '../view.ts';

/** How much was read, and how teams were found: what an operator fixes to get a better answer. */
export const coverage: View = {
  id: 'coverage',
  summary: 'what was read, what gave the teams, where they are missing or disagree',
  sample: {
    flags: '--top 5',
    table: `\
+----------------------------+---------+-----------+--------------------------------------------------------+------------+
| Finding                    | Cluster | Namespace | Detail                                                 | Containers |
+----------------------------+---------+-----------+--------------------------------------------------------+------------+
| read                       |         |           |                                                        | 8          |
| read in part               |         |           | node-1: a database could not be understood             | 1          |
| without a package database |         |           |                                                        | 1          |
| not read                   |         |           | access was refused                                     | 1          |
| not read                   |         |           | node-2: nothing here reads the containers of that node | 1          |
+----------------------------+---------+-----------+--------------------------------------------------------+------------+
`,
  },
  schemaVersion: coverageReportSchemaVersion,
  columns: () => columns,
  tabulate: ({ considered }) => ({
    columns: showingClusters(columns, considered),
    rows: lazyRows(() => countFindings(considered).map(rowOf)),
  }),
};

const columns: readonly Column[] = [
  { id: 'finding', title: 'Finding', audience: 'all' },
  { id: 'cluster', title: 'Cluster', audience: 'tools' },
  { id: 'namespace', title: 'Namespace', audience: 'all' },
  { id: 'detail', title: 'Detail', audience: 'all' },
  { id: 'containers', title: 'Containers', audience: 'all', order: 'number' },
];

type Finding = Omit<CoverageRow, 'containers'>;

/** In the order of findings, then those of most containers first. */
function countFindings(inventory: Inventory): CoverageRow[] {
  const clusterName = clusterNames(inventory);
  const counted = new Map<string, { finding: Finding; containers: number }>();
  for (const container of inventory.containers) {
    if (isGone(container.scan)) continue;
    for (const finding of findingsOf(container, clusterName)) {
      const key = JSON.stringify(finding);
      const entry = counted.get(key);
      if (entry === undefined) counted.set(key, { finding, containers: 1 });
      else entry.containers++;
    }
  }
  const order = Object.keys(coverageFindings);
  return [...counted]
    .sort(
      ([a, one], [b, other]) =>
        order.indexOf(one.finding.finding) - order.indexOf(other.finding.finding) || other.containers - one.containers || byCodeUnits(a, b),
    )
    .map(([, { finding, containers: count }]) => ({ ...finding, containers: count }));
}

function findingsOf(container: Container, clusterName: ReturnType<typeof clusterNames>): Finding[] {
  const { scan, team, pod, cluster } = container;
  const nothing = { cluster: null, namespace: null, detail: null, from: null, teams: [] };
  const place = { ...nothing, cluster: clusterName(cluster), namespace: pod?.namespace ?? null };
  const findings: Finding[] = [{ ...nothing, finding: scan.status, detail: whyUnread(container) }];
  if (scan.drift)
    findings.push({ ...place, finding: 'changed', detail: workloadText(container), teams: team.name === null ? [] : [team.name] });
  if (team.from !== null) findings.push({ ...nothing, finding: 'team-from', detail: kindText(team.from), from: kindOf(team.from) });
  else if (team.status !== 'owned') findings.push({ ...place, finding: team.status, detail: unaskedText(container) });
  const others = team.candidates.filter(({ name }) => name !== team.name);
  if (team.conflict) findings.push({ ...place, finding: 'undecided', detail: wordsText(team.candidates), teams: namesOf(team.candidates) });
  else if (team.from !== null && others.length > 0) {
    const words = [{ name: team.name as string, from: team.from }, ...others];
    findings.push({ ...place, finding: 'conflict', detail: wordsText(words), teams: namesOf(words) });
  }
  return findings;
}

function whyUnread({ scan, node }: Container): string | null {
  if (scan.reason === null) return null;
  const reason = scan.reason === 'never-readable' ? scan.message : unreadReasons[scan.reason];
  return node === null ? reason : `${node}: ${reason}`;
}

function workloadText({ pod, name }: Container): string {
  return pod?.workload ? `${pod.workload.kind} ${pod.workload.name}` : (pod?.name ?? name);
}

function unaskedText({ team: { unasked } }: Container): string | null {
  return unasked.length === 0 ? null : `not asked: ${unasked.join(', ')}`;
}

const kindOf = ({ kind, field, key }: TeamSource) => ({ kind, field, key });

const namesOf = (words: readonly TeamCandidate[]) => [...new Set(words.map(({ name }) => name))];

/** Who names which team: by kind and key, so that the pods of one workload make one row. */
function wordsText(words: readonly TeamCandidate[]): string {
  return words.map(({ name, from }) => `${name} (${kindText(from)})`).join(', ');
}

function rowOf(record: CoverageRow): Row {
  const { finding, cluster, namespace, detail, containers } = record;
  return { cells: [coverageFindings[finding], cluster ?? '', namespace ?? '', detail ?? '', containers], record };
}
