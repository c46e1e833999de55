import { expect, test } from 'vitest';
import { joinInventory } from '../../../src/join/inventory.ts';
import { defaultConfig } from '../../../src/model/config.ts';
import type { Service } from '../../../src/model/directory.ts';
import { CoverageReport, type CoverageRow } from '../../../src/model/reports/coverage.ts';
import { everything } from '../../../src/report/question/question.ts';
import { reportOn } from '../../../src/report/report.ts';
import { coverage } from '../../../src/report/views/coverage.ts';
import {
  clusterOf,
  foundContainer,
  harvestOf,
  namespaceOf,
  objectOf,
  packageRecord,
  podContainer,
  podOf,
  scanWith,
  unreadScan,
} from '../../fleet.ts';

const serviceOf = (name: string, team: string): Service => ({
  ...objectOf('Service', name, { annotations: { 'a8r.io/owner': team } }),
  namespace: 'shop',
  selector: { app: 'torn' },
});

const pods = [
  podOf('both', [podContainer('a')], { labels: { team: 'team-a' } }),
  podOf('namespace', [podContainer('b')]),
  podOf('torn', [podContainer('c')], { namespace: 'search', labels: { app: 'torn' } }),
  podOf('nobody-1', [podContainer('d')], { namespace: 'search' }),
  podOf('nobody-2', [podContainer('e')], { namespace: 'search' }),
  podOf('far', [podContainer('f')], { namespace: 'search', node: 'far-1' }),
];
const cluster = clusterOf(pods, {
  namespaces: new Map([
    ['shop', namespaceOf('shop', { team: 'team-shop' })],
    ['search', namespaceOf('search')],
  ]),
  services: new Map([['search', [serviceOf('one', 'team-one'), serviceOf('two', 'team-two')]]]),
});

const read = (id: string, drift: boolean | null = false) => scanWith(foundContainer(id), [packageRecord('bash')], { drift });
const inventory = joinInventory(
  harvestOf({
    directory: { state: 'asked', clusters: [cluster] },
    scans: [read('a'), read('b', true), read('c'), read('d', null), unreadScan('e', 'forbidden')],
    config: { ...defaultConfig, unreadable: [{ reason: 'Far away', node: 'far-*' }] },
  }),
);
const report = reportOn(inventory, coverage, everything);
const rows = Array.from(report.rows, ({ record }) => record as CoverageRow);

test('counts what was read, what gave the teams, where they lack and where they disagree', () => {
  expect(rows.map(({ finding, namespace, detail, containers }) => [finding, namespace, detail, containers])).toEqual([
    ['read', null, null, 4],
    ['unread', null, 'far-1: Far away', 1],
    ['unread', null, 'node-1: access was refused', 1],
    ['changed', 'shop', 'namespace', 1],
    ['team-from', null, 'label team of Namespace', 1],
    ['team-from', null, 'label team of Pod', 1],
    ['unowned', 'search', null, 4],
    ['conflict', 'shop', 'team-a (label team of Pod), team-shop (label team of Namespace)', 1],
    ['undecided', 'search', 'team-one (annotation a8r.io/owner of Service), team-two (annotation a8r.io/owner of Service)', 1],
  ]);
});

test('is what its schema says', () => {
  const { schemaVersion, view, generated, record, coverage: counts } = report;
  expect(CoverageReport.parse({ schemaVersion, view, generated, ...record, coverage: counts, rows })).toBeTruthy();
});

test('what can never be read is unread, and makes nothing incomplete', () => {
  expect(report.coverage.containers).toMatchObject({ unread: 2, neverReadable: 1, changed: 1 });
  expect(report.coverage.complete).toBe(false);
});

test('says under the table that packages were installed by hand', () => {
  expect(report.footer).toContain('1 container with package databases that changed since the image (report coverage says where)');
});
