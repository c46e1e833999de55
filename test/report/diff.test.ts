import { describe, expect, test } from 'vitest';
import { csv } from '../../src/format/csv.ts';
import type { FormatOptions, ReportFormatter } from '../../src/format/formatter.ts';
import { html } from '../../src/format/html.ts';
import { json } from '../../src/format/json.ts';
import { markdown } from '../../src/format/markdown.ts';
import { ndjson } from '../../src/format/ndjson.ts';
import { table, wide } from '../../src/format/table.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Pod } from '../../src/model/directory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { PackageRecord } from '../../src/model/package.ts';
import type { Report } from '../../src/model/report.ts';
import { DiffReport } from '../../src/model/reports/diff.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { diffReport } from '../../src/report/diff.ts';
import {
  clusterOf,
  foundContainer,
  harvestOf,
  packageRecord,
  podContainer,
  podLabels,
  podOf,
  scanWith,
  strangersScan,
  teamScan,
} from '../fleet.ts';
import { textOf } from '../format/reports.ts';
import { changes, day, docker, webPod } from './two-days.ts';

const options = { terminal: false, color: false, headers: true };

const p = packageRecord;

describe('packages of a workload, whose containers are others every day', () => {
  const table: readonly (readonly [string, PackageRecord[], PackageRecord[], string[]])[] = [
    ['the same', [p('bash', '1')], [p('bash', '1')], []],
    ['added', [], [p('bash', '1')], ['team-a added bash  1']],
    ['removed', [p('bash', '1')], [], ['team-a removed bash 1 ']],
    ['upgraded, in the order of the ecosystem', [p('bash', '1.9')], [p('bash', '1.10')], ['team-a upgraded bash 1.9 1.10']],
    ['downgraded', [p('bash', '1:1')], [p('bash', '2')], ['team-a downgraded bash 1:1 2']],
    [
      'of two versions the newest decides',
      [p('linux', '1'), p('linux', '2')],
      [p('linux', '2'), p('linux', '3')],
      ['team-a upgraded linux 1,2 2,3'],
    ],
    ['an old version went', [p('linux', '1'), p('linux', '2')], [p('linux', '2')], ['team-a rebuilt linux 1,2 2']],
    [
      'another architecture is another package',
      [p('bash', '1')],
      [p('bash', '1', { architecture: 'arm64' })],
      ['team-a added bash  1', 'team-a removed bash 1 '],
    ],
  ];
  test.each(table)('%s', (_, before, after, expected) => {
    expect(changes(day(1, [[webPod('a'), [...before, p('x')]]]), day(2, [[webPod('b'), [...after, p('x')]]]))).toEqual(expected);
  });

  test('also where an inventory was edited, and the key of the set is the old one', () => {
    const older = day(1, [[webPod('a'), [p('bash', '1'), p('curl', '8')]]]);
    const edited = { ...older, packages: older.packages.map((one) => (one.name === 'bash' ? { ...one, version: '2' } : one)) };
    expect(changes(older, older)).toEqual([]);
    expect(changes(older, edited)).toEqual(['team-a upgraded bash 1 2']);
    const emptied = { ...older, packageSets: Object.fromEntries(Object.keys(older.packageSets).map((key) => [key, []])) };
    expect(changes(emptied, older)).toEqual(['team-a added bash  1', 'team-a added curl  8']);
  });

  test('several replicas count as one', () => {
    const old = day(1, [
      [webPod('a'), [p('bash', '1')]],
      [webPod('b'), [p('bash', '1')]],
    ]);
    const now = day(2, [
      [webPod('c'), [p('bash', '1')]],
      [webPod('d'), [p('bash', '2')]],
    ]);
    expect(changes(old, now)).toEqual(['team-a upgraded bash 1 1,2']);
  });

  test('the team is that of the newer side', () => {
    expect(changes(day(1, [[webPod('a', 'team-a'), []]]), day(2, [[webPod('b', 'team-b'), [p('bash', '1')]]]))).toEqual([
      'team-b added bash  1',
    ]);
  });
});

describe('inventories that were collected of different things', () => {
  const whole = { namespaces: [], excludedNamespaces: [], selector: null };
  const inOther = podOf('db', [podContainer('b')], { namespace: 'other' });
  const both = [
    [webPod('a'), [p('bash', '1')]],
    [inOther, [p('zlib', '1')]],
  ] as const;
  const ofShop = day(1, [[webPod('a'), [p('bash', '2')]]], { selection: { ...whole, namespaces: [webPod('a').namespace] } });

  test.each<[string, Inventory, Inventory, string]>([
    ['the newer', day(2, both), ofShop, 'team-a upgraded bash 1 2'],
    ['the older', ofShop, day(2, both), 'team-a downgraded bash 2 1'],
  ])('what was left out of %s was neither added nor removed', (_, before, after, change) => {
    expect(changes(before, after)).toEqual([change]);
    const { footer, coverage } = diffReport(before, after);
    expect(footer.find((line) => line.startsWith('Compared'))).toMatch(/^Compared: only what both inventories cover \(.*: all/);
    expect(coverage.containers.running).toBe(1);
  });

  test('of the same there is nothing to say', () => {
    expect(diffReport(ofShop, ofShop).footer.filter((line) => line.startsWith('Compared'))).toEqual([]);
  });

  test('which pods have which labels is in no inventory', () => {
    const labelled = day(2, both, { selection: { ...whole, selector: 'app=web' } });
    expect(() => diffReport(day(1, both), labelled)).toThrow('different selectors of pod labels (all, then pod labels app=web)');
    expect(changes(labelled, labelled)).toEqual([]);
  });
});

describe('what could not be read is not known', () => {
  const read = day(1, [[webPod('a'), [p('bash', '1')]]]);

  test.each([
    ['before', day(1, [[webPod('a'), 'forbidden']]), read],
    ['after', read, day(2, [[webPod('b'), 'forbidden']])],
    [
      'of one replica',
      read,
      day(2, [
        [webPod('b'), [p('bash', '1')]],
        [webPod('c'), 'forbidden'],
      ]),
    ],
    [
      'a workload that is not there, while an engine could not be asked',
      read,
      day(2, [], { sources: [{ ...docker, error: 'It does not answer.' }] }),
    ],
    ['a workload of a cluster that was not asked', read, day(2, [], { directory: { state: 'absent', clusters: [] } })],
  ])('%s', (_, before, after) => {
    const report = diffReport(before, after);
    expect([report.differs, report.coverage.complete, changes(before, after)]).toEqual([false, false, ['team-a unknown null  ']]);
  });

  test('but a workload that is not there, where all were asked, is gone', () => {
    expect(changes(read, day(2, []))).toEqual(['team-a removed bash 1 ']);
    expect(changes(day(1, []), read)).toEqual(['team-a added bash  1']);
  });
});

describe('what nobody expects to be read', () => {
  const [one, two] = [[p('bash', '1')], [p('bash', '2')]];
  const unexpected = ['gone', 'never-readable', 'too-new'] as const;

  test.each(unexpected)('hides nothing beside a replica that was read, on either side: %s', (reason) => {
    const older = (...more: Parameters<typeof day>[1]) => day(1, [[webPod('a'), one], ...more]);
    const newer = (...more: Parameters<typeof day>[1]) => day(2, [[webPod('c'), two], ...more]);
    // The first of the replicas, and the last of them.
    for (const id of ['0', 'f']) {
      for (const [old, now] of [
        [older([webPod(id), reason]), newer()],
        [older(), newer([webPod(id), reason])],
        [older([webPod(id), reason]), newer([webPod(`${id}${id}`), reason])],
      ] as const) {
        expect(changes(old, now)).toEqual(['team-a upgraded bash 1 2']);
        expect(diffReport(old, now)).toMatchObject({ differs: true, coverage: { complete: true }, state: 'Complete' });
      }
    }
  });

  test.each([
    ['gone', 'it ended during the scan'],
    ['never-readable', 'the config says that nobody can read it'],
    ['too-new', 'they were started after the agent of their node had looked'],
  ] as const)('is not known, and makes nothing incomplete, where it is all there is: %s', (reason, words) => {
    const read = day(1, [[webPod('a'), one]]);
    const unread = day(2, [[webPod('b'), reason]]);
    for (const [old, now, side] of [
      [unread, read, 'before'],
      [read, unread, 'after'],
    ] as const) {
      const report = diffReport(old, now);
      expect([report.differs, report.coverage.complete, report.state]).toEqual([
        false,
        true,
        'Complete, except for 1 of 1 places not known',
      ]);
      expect(Array.from(report.rows, ({ record }) => record)).toMatchObject([{ change: 'unknown', reason: `not read ${side}: ${words}` }]);
    }
  });

  test('what ended is as good as not running: of what runs on no side nothing is said', () => {
    const ended = day(1, [[webPod('a'), 'gone']]);
    for (const other of [day(2, []), day(2, [[webPod('b'), 'gone']])]) {
      expect(diffReport(ended, other)).toMatchObject({ state: 'Complete', rows: [] });
      expect(diffReport(other, ended)).toMatchObject({ state: 'Complete', rows: [] });
    }
  });

  test('does not excuse what was missed beside it, nor on the other side', () => {
    const pods = [
      [webPod('a'), 'too-new'],
      [webPod('b'), 'forbidden'],
      [webPod('c'), one],
    ] as const;
    const report = diffReport(day(1, pods), day(2, [[webPod('d'), 'never-readable']]));
    expect(report).toMatchObject({ coverage: { complete: false }, differs: false });
    expect(Array.from(report.rows, ({ record }) => record)).toMatchObject([
      { reason: 'not read before: access was refused; not read after: the config says that nobody can read it' },
    ]);
  });

  test('an engine that could not be asked may have the next replica of what ended', () => {
    const after = day(2, [[webPod('b'), 'gone']], { sources: [{ ...docker, error: 'It does not answer.' }] });
    expect(diffReport(day(1, [[webPod('a'), one]]), after).coverage.complete).toBe(false);
  });
});

describe('whether it is complete is said of both sides, and everywhere the same', () => {
  const read = (date: number) => day(date, [[webPod('a'), [p('bash', '1')]]]);
  const unread = (date: number) => day(date, [[webPod('a'), 'forbidden']]);
  const failed = (date: number) => day(date, [[webPod('a'), [p('bash', '1')]]], { sources: [docker, { ...docker, error: 'No answer.' }] });
  // Kubernetes could not be asked whose it is.
  const strange = (date: number) =>
    joinInventory(harvestOf({ generated: `2026-01-0${date}T00:00:00Z`, sources: [docker], scans: [strangersScan('a', [p('bash', '1')])] }));

  test.each([
    ['both read', read(1), read(2), 'Complete'],
    ['the older one not', unread(1), read(2), 'Incomplete: 1 of 1 places not known'],
    ['the newer one not', read(1), unread(2), 'Incomplete: 1 of 1 places not known'],
    ['neither', unread(1), unread(2), 'Incomplete: 1 of 1 places not known'],
    ['an engine not asked before', failed(1), read(2), 'Incomplete: 1 of 2 sources could not be asked before'],
    ['an engine not asked after', read(1), failed(2), 'Incomplete: 1 of 2 sources could not be asked after'],
    [
      'owners that could not be asked',
      strange(1),
      strange(2),
      'Incomplete: containers whose team is not known before: 1, containers whose team is not known after: 1',
    ],
  ])('%s', (_, before, after, state) => {
    const report = diffReport(before, after);
    const isComplete = state === 'Complete';
    expect([report.state, report.coverage.complete]).toEqual([state, isComplete]);
    const page = textOf(html.format(report, options));
    expect(page).toContain(`<p class="state${isComplete ? '' : ' incomplete'}"><a href="#coverage">${state}</a></p>`);
    expect(page).toContain(`<footer id="coverage" class="${isComplete ? '' : 'incomplete'}">`);
    expect(page).toContain('<li>Before: 1 container runs: ');
    expect(page).toContain('<li>After: 1 container runs: ');
    for (const text of [textOf(json.format(report, options)), textOf(ndjson.format(report, options)).trimEnd().split('\n').at(-1)]) {
      expect(JSON.parse(text as string)).toMatchObject({
        coverage: { complete: isComplete },
        older: { generated: before.generated, coverage: { complete: coverageOf(before).complete } },
      });
    }
  });
});

test('rows are by team, those without one last, and say where', () => {
  const stray = podOf('stray', [podContainer('f')]);
  const before = day(1, [
    [webPod('a'), [p('bash', '1')]],
    [stray, [p('bash', '1')]],
  ]);
  const after = day(2, [
    [webPod('b'), [p('bash', '2')]],
    [stray, [p('bash', '2')]],
  ]);
  const report = diffReport(before, after);
  expect(Array.from(report.rows, ({ cells }) => cells)).toEqual([
    ['team-a', 'upgraded', 'bash', 'deb', 'amd64', ['1'], ['2'], 'prod', ['shop/Deployment/web/main'], ['shop/web/main'], ''],
    ['(unowned)', 'upgraded', 'bash', 'deb', 'amd64', ['1'], ['2'], 'prod', ['shop/Pod/stray/main'], ['shop/stray/main'], ''],
  ]);
  expect(report.footer).toEqual([
    '2 upgraded between 2026-01-01T00:00:00Z and 2026-01-02T00:00:00Z',
    'Before: 2 containers run: 2 read   ·   OS packages only',
    'Before: 1 team; 1 container without a team',
    'After: 2 containers run: 2 read   ·   OS packages only',
    'After: 1 team; 1 container without a team',
  ]);
  const printed = JSON.parse(textOf(json.format(report, options)));
  expect(DiffReport.parse(printed)).toEqual(printed);
});

describe('what tells two changes apart is shown', () => {
  const linesOf = (format: ReportFormatter, report: Report, more: Partial<FormatOptions> = {}) =>
    textOf(format.format(report, { ...options, ...more }))
      .split('\n')
      .filter((line) => !line.startsWith('+-'))
      .map((line) => line.replaceAll(/ +/g, ' '));
  const titles = ({ columns }: Report) => columns.filter(({ audience }) => audience !== 'tools').map(({ title }) => title);
  const alone = ['Team', 'Change', 'Package', 'Type', 'Before', 'After', 'Where'];

  test('all places: only a terminal, which shows three names of any list, counts the rest', () => {
    const of = (date: number, version: string) =>
      day(
        date,
        ['a', 'b', 'c', 'd', 'e'].map((id) => [podOf(`pod-${id}`, [podContainer(id)]), [p('bash', version)]]),
      );
    const report = diffReport(of(1, '1'), of(2, '2'));
    const names = ['a', 'b', 'c', 'd', 'e'].map((id) => `shop/pod-${id}/main`);
    expect(linesOf(csv, report)).toContain(
      `(unowned),upgraded,bash,deb,amd64,1,2,prod,${names.map((name) => name.replace('/pod', '/Pod/pod')).join(';')},`,
    );
    expect(linesOf(markdown, report)).toContain(`| (unowned) | upgraded | bash | deb | 1 | 2 | ${names.join(', ')} |`);
    expect(linesOf(table, report)).toContain(`| (unowned) | upgraded | bash | deb | 1 | 2 | ${names.join(', ')} |`);
    expect(linesOf(wide, report, { terminal: true }).join()).toContain('shop/pod-e/main');
    const onTerminal = linesOf(table, report, { terminal: true }).join();
    expect(onTerminal).toContain('+2');
    expect(onTerminal).not.toContain('shop/pod-d/main');
  });

  test('the architecture, to people where a package is in several', () => {
    const of = (date: number, version: string, ...architectures: string[]) =>
      day(date, [
        [
          webPod('a'),
          [p('zlib', version, { architecture: 'all' }), ...architectures.map((architecture) => p('bash', version, { architecture }))],
        ],
      ]);
    const several = diffReport(of(1, '1', 'amd64', 'arm64'), of(2, '2', 'amd64', 'arm64'));
    expect(titles(several)).toEqual([...alone.slice(0, 4), 'Architecture', ...alone.slice(4)]);
    expect(linesOf(table, several).slice(1, 4)).toEqual([
      '| team-a | upgraded | bash | deb | amd64 | 1 | 2 | shop/web/main |',
      '| team-a | upgraded | bash | deb | arm64 | 1 | 2 | shop/web/main |',
      '| team-a | upgraded | zlib | deb | all | 1 | 2 | shop/web/main |',
    ]);
    const one = diffReport(of(1, '1', 'amd64'), of(2, '2', 'amd64'));
    expect(titles(one)).toEqual(alone);
    expect(linesOf(csv, one)[1]).toBe('team-a,upgraded,bash,deb,amd64,1,2,prod,shop/Deployment/web/main,');
  });

  test('the cluster, which makes a row of its own, to people where there are several', () => {
    const of = (date: number, ...versions: string[]) => {
      const clusters = versions.map((_, index) => {
        const pod = podOf('web', [podContainer(`a${index}`)], { uid: `uid-${index}` });
        return clusterOf([pod], { name: `prod-${index}`, uid: `uid-of-prod-${index}` });
      });
      const scans = clusters.map(({ pods: [pod] }, index) =>
        scanWith(foundContainer(`a${index}`, { pod: podLabels(pod as Pod) }), [p('bash', versions[index])]),
      );
      return joinInventory(
        harvestOf({ generated: `2026-01-0${date}T00:00:00Z`, sources: [docker], directory: { state: 'asked', clusters }, scans }),
      );
    };
    const report = diffReport(of(1, '1', '1'), of(2, '2', '2'));
    expect(titles(report)).toEqual([...alone.slice(0, 6), 'Cluster', 'Where']);
    expect(linesOf(table, report).slice(1, 3)).toEqual([
      '| (unowned) | upgraded | bash | deb | 1 | 2 | prod-0 | shop/web/main |',
      '| (unowned) | upgraded | bash | deb | 1 | 2 | prod-1 | shop/web/main |',
    ]);
    expect(titles(diffReport(of(1, '1'), of(2, '2')))).toEqual(alone);
  });

  test('why something is not known, in a column of its own, to people where there is such a thing', () => {
    const report = diffReport(day(1, [[webPod('a'), [p('bash', '1')]]]), day(2, [[webPod('a'), 'forbidden']]));
    expect(titles(report)).toEqual([...alone, 'Reason']);
    expect(linesOf(csv, report)).toEqual([
      'team,change,package,type,architecture,before,after,cluster,where,reason',
      'team-a,not known,,,,,,prod,shop/Deployment/web/main,not read after: access was refused',
      '',
    ]);
  });

  test('outside of Kubernetes a place is a container', () => {
    const of = (date: number, version: string) =>
      joinInventory(
        harvestOf({ generated: `2026-01-0${date}T00:00:00Z`, sources: [docker], scans: [teamScan('a', 'team-a', [p('bash', version)])] }),
      );
    expect(linesOf(csv, diffReport(of(1, '1'), of(2, '2')))[1]).toBe('team-a,upgraded,bash,deb,amd64,1,2,,name-a,');
  });
});

test('an inventory and itself: no difference', () => {
  const inventory = day(1, [[webPod('a'), [p('bash', '1')]]]);
  expect(diffReport(inventory, inventory)).toMatchObject({ differs: false, coverage: { complete: true }, rows: [] });
  expect(diffReport(inventory, inventory).footer[0]).toContain('No difference');
});
