import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parsePackagePattern } from '../../../src/cli/flags/package-flag.ts';
import { json } from '../../../src/format/json.ts';
import { ndjson } from '../../../src/format/ndjson.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { PackageRecord } from '../../../src/model/package.ts';
import { DiffReport, type DiffRow } from '../../../src/model/reports/diff.ts';
import { diffReport } from '../../../src/report/diff.ts';
import { everything, type Question } from '../../../src/report/question/question.ts';
import { otherVersionsIn, unmatchedIn } from '../../../src/report/question/unmatched.ts';
import { packageRecord as p, podContainer, podOf } from '../../fleet.ts';
import { textOf } from '../../format/reports.ts';
import { changes, day, webPod } from '../two-days.ts';

const packages = (...texts: readonly string[]) => ({ packages: texts.map((text) => parsePackagePattern(text)) });
const sources = (...texts: readonly string[]) => ({ sourcePackages: texts.map((text) => parsePackagePattern(text, '--source-package')) });

const ask = (before: Inventory, after: Inventory, question: Partial<Question>) => diffReport(before, after, { ...everything, ...question });

/** The same inventory, with other containers in it. */
const withContainers = (inventory: Inventory, change: (container: Container, index: number) => Partial<Container>): Inventory => ({
  ...inventory,
  containers: inventory.containers.map((container, index) => ({ ...container, ...change(container, index) })),
});

const onSystem = (inventory: Inventory, versionId: string): Inventory => ({
  ...withContainers(inventory, ({ scan }) => ({ os: scan.status === 'read' ? 0 : null })),
  systems: [{ id: 'debian', idLike: [], versionId, name: `Debian ${versionId}` }],
});

const [one, two] = [[p('bash', '1')], [p('bash', '2')]];
const other = (id: string) => podOf('other', [podContainer(id)], { namespace: 'other', labels: { team: 'team-b' } });

describe('a place is asked for where either side of it is', () => {
  const moved = [day(1, [[webPod('a', 'team-a'), one]]), day(2, [[webPod('b', 'team-b'), two]])] as const;
  const labelled = [
    day(1, [[podOf('w', [podContainer('a')]), one]]),
    day(2, [[podOf('w', [podContainer('b')], { labels: { team: 'x' } }), two]]),
  ] as const;
  const images = [
    day(1, [[webPod('a', 'team-a', { image: 'web:1' }), one]]),
    day(2, [[webPod('b', 'team-a', { image: 'web:2' }), two]]),
  ] as const;
  const systems = [onSystem(day(1, [[webPod('a'), one]]), '11'), onSystem(day(2, [[webPod('b'), two]]), '12')] as const;

  it.each<[string, readonly [Inventory, Inventory], Partial<Question>, string[]]>([
    ['the team that it was of', moved, { teams: ['team-a'] }, ['team-b upgraded bash 1 2']],
    ['the team that it is of', moved, { teams: ['team-b'] }, ['team-b upgraded bash 1 2']],
    ['another team', moved, { teams: ['team-c'] }, []],
    ['that it was of nobody', labelled, { unowned: true }, ['x upgraded bash 1 2']],
    ['the image before', images, { images: ['web:1'] }, ['team-a upgraded bash 1 2']],
    ['the image after', images, { images: ['web:2'] }, ['team-a upgraded bash 1 2']],
    ['another image', images, { images: ['web:3'] }, []],
    ['the system before', systems, { systems: ['debian-11'] }, ['team-a upgraded bash 1 2']],
    ['the system after', systems, { systems: ['debian-12'] }, ['team-a upgraded bash 1 2']],
    ['another system', systems, { systems: ['debian-13'] }, []],
  ])('%s', (_, [before, after], question, expected) => {
    expect(changes(before, after, question)).toEqual(expected);
  });

  it('is compared with all of its replicas, while a new image is rolled out', () => {
    const pod = (id: string, image: string) => webPod(id, 'team-a', { image });
    const before = day(1, [
      [pod('a', 'web:1'), one],
      [pod('b', 'web:1'), one],
    ]);
    const after = day(2, [
      [pod('c', 'web:1'), one],
      [pod('d', 'web:2'), two],
    ]);
    expect(changes(before, after, { images: ['web:2'] })).toEqual(['team-a upgraded bash 1 1,2']);
  });

  it('by its namespace', () => {
    const of = (date: number, version: string) =>
      day(date, [
        [webPod('a'), [p('bash', version)]],
        [other('b'), [p('zlib', version)]],
      ]);
    expect(changes(of(1, '1'), of(2, '2'), { namespaces: ['shop'] })).toEqual(['team-a upgraded bash 1 2']);
    expect(changes(of(1, '1'), of(2, '2'), { excludedNamespaces: ['sh*'] })).toEqual(['team-b upgraded zlib 1 2']);
  });
});

describe('a package is asked for where either side of it is', () => {
  const ssl = (version: string) => p('libssl3', version, { sourcePackage: { name: 'openssl', version } });
  const before = day(1, [[webPod('a'), [p('openssl', '3.0.13'), ssl('3.0.13'), p('gone', '1'), ...one]]]);
  const after = day(2, [[webPod('b'), [p('openssl', '3.0.15'), ssl('3.0.15'), ...two]]]);

  it.each<[string, Partial<Question>, string[]]>([
    ['before', packages('openssl<3.0.14'), ['team-a upgraded openssl 3.0.13 3.0.15']],
    ['after', packages('openssl>3.0.14'), ['team-a upgraded openssl 3.0.13 3.0.15']],
    ['neither', packages('openssl=3.0.14'), []],
    ['what went', packages('gone'), ['team-a removed gone 1 ']],
    ['one of several', packages('bash', 'gone'), ['team-a removed gone 1 ', 'team-a upgraded bash 1 2']],
    ['by its source', { ...sources('openssl<3.0.14'), ...packages('lib*') }, ['team-a upgraded libssl3 3.0.13 3.0.15']],
    ['of another type', { types: ['rpm'] }, []],
  ])('%s', (_, question, expected) => {
    expect(changes(before, after, question)).toEqual(expected);
    expect(ask(before, after, question).differs).toBe(expected.length > 0);
  });

  it('what did not change is no difference', () => {
    const report = ask(before, before, packages('openssl'));
    expect(report).toMatchObject({ differs: false, rows: [] });
    expect(report.footer.slice(0, 2)).toEqual([
      'No difference between 2026-01-01T00:00:00Z and 2026-01-01T00:00:00Z',
      'Asked for: package openssl',
    ]);
  });
});

describe('what could not be read', () => {
  const read = day(1, [
    [webPod('a'), one],
    [other('c'), one],
  ]);
  const unread = day(2, [
    [webPod('b'), 'forbidden'],
    [other('c'), one],
  ]);
  const stateOf = (before: Inventory, after: Inventory, question: Partial<Question>) => {
    const { coverage, older, state } = ask(before, after, question);
    return [changes(before, after, question), coverage.complete, older.coverage.containers.running, state];
  };
  const unknown = ['team-a unknown null  '];

  it.each<[string, Partial<Question>]>([
    ['of a team', { teams: ['team-a'] }],
    ['of a namespace', { namespaces: ['shop'] }],
  ])('%s that is asked for is not known, on either side', (_, question) => {
    expect(stateOf(read, unread, question)).toEqual([unknown, false, 1, 'Incomplete: 1 of 1 places not known']);
    expect(stateOf(unread, read, question)).toEqual([unknown, false, 1, 'Incomplete: 1 of 1 places not known']);
  });

  it('may have the package that is asked for', () => {
    expect(stateOf(read, unread, packages('bash'))).toEqual([unknown, false, 2, 'Incomplete: 1 of 2 places not known']);
    expect(ask(read, unread, packages('bash')).differs).toBe(false);
  });

  it('makes nothing incomplete where something else is asked for', () => {
    for (const question of [{ teams: ['team-b'] }, { namespaces: ['other'] }])
      expect(stateOf(read, unread, question)).toEqual([[], true, 1, 'Complete']);
  });

  it('may have the system that is asked for', () => {
    const [before, after] = [onSystem(read, '11'), onSystem(unread, '11')];
    expect(stateOf(before, after, { systems: ['debian-12'] })).toEqual([unknown, false, 1, 'Incomplete: 1 of 1 places not known']);
  });

  // Nobody expects it: no more than of what it was is known, and nobody misses it.
  it('asks for nothing where it ended meanwhile', () => {
    const [before, after] = [
      day(1, [
        [webPod('a'), one],
        [webPod('b'), 'gone'],
      ]),
      day(2, [[webPod('c'), two]]),
    ];
    expect(stateOf(onSystem(before, '11'), onSystem(after, '11'), { systems: ['debian-12'] })).toEqual([[], true, 0, 'Complete']);
    expect(changes(onSystem(before, '11'), onSystem(after, '11'), { systems: ['debian'] })).toEqual(['team-a upgraded bash 1 2']);
  });
});

describe('what was read, and nobody knows whether it is asked for', () => {
  const strange = (date: number, packages: readonly PackageRecord[]) =>
    withContainers(day(date, [[webPod('a'), packages]]), () => ({ image: null }));

  it('has no changes, and makes the result incomplete', () => {
    const { rows, coverage, older, state, footer, differs } = ask(strange(1, one), strange(2, two), { images: ['web:*'] });
    expect([[...rows], differs, coverage.complete]).toEqual([[], false, false]);
    expect([older.coverage.containers.unclear, coverage.containers.unclear]).toEqual([1, 1]);
    expect(state).toBe(
      'Incomplete: containers whose namespace or image is not known before: 1, containers whose namespace or image is not known after: 1',
    );
    expect(footer.filter((line) => line.includes('left out because their namespace or image is not known'))).toHaveLength(2);
  });

  it('is not known where the other side was not read', () => {
    expect(changes(strange(1, one), day(2, [[webPod('b'), 'forbidden']]), { images: ['test.local/*'] })).toEqual(['team-a unknown null  ']);
  });

  it('is compared where the other side is asked for', () => {
    const report = ask(strange(1, one), day(2, [[webPod('b'), two]]), { images: ['test.local/*'] });
    expect([report.state, report.older.coverage.containers.unclear]).toEqual(['Complete', 0]);
    expect(changes(strange(1, one), day(2, [[webPod('b'), two]]), { images: ['test.local/*'] })).toEqual(['team-a upgraded bash 1 2']);
  });
});

describe('rows', () => {
  const of = (date: number, version: string) => day(date, [[webPod('a'), ['c', 'a', 'b'].map((name) => p(name, version))]]);
  const cells = (question: Partial<Question>) => Array.from(ask(of(1, '1'), of(2, '2'), question).rows, (row) => row.cells.join(' '));

  it('are sorted, cut off and have the columns asked for', () => {
    const question: Partial<Question> = { columns: ['package', 'after'], sortBy: { column: 'package', descending: true }, top: 2 };
    expect(cells(question)).toEqual(['c 2', 'b 2']);
    const { record, differs, footer, columns } = ask(of(1, '1'), of(2, '2'), question);
    expect([record, differs]).toMatchObject([{ question, rowsLeftOut: 1 }, true]);
    expect(columns.map(({ id }) => id)).toEqual(question.columns);
    expect(footer.slice(0, 2)).toEqual([
      '3 upgraded between 2026-01-01T00:00:00Z and 2026-01-02T00:00:00Z',
      'The first 2 of 3 rows (--top)',
    ]);
  });

  test('and the question are what JSON and NDJSON say', () => {
    const report = ask(of(1, '1'), of(2, '2'), { ...packages('a<2'), teams: ['team-*'], top: 1 });
    const options = { terminal: false, color: false, headers: true };
    const printed = JSON.parse(textOf(json.format(report, options)));
    expect(DiffReport.parse(printed)).toEqual(printed);
    expect(printed).toMatchObject({ question: { packages: ['a<2'], teams: ['team-*'], top: 1, by: null }, rowsLeftOut: 0 });
    const last = textOf(ndjson.format(report, options)).trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ question: printed.question, rowsLeftOut: 0, rows: 1 });
  });
});

describe('inventories that were collected of a part', () => {
  const whole = { namespaces: [], excludedNamespaces: [], selector: null };
  const ofShop = { selection: { ...whole, namespaces: ['shop'] } };
  const pods = [
    [webPod('a'), one],
    [other('b'), one],
  ] as const;
  const linesOf = (...report: Parameters<typeof ask>) => ask(...report).footer.filter((line) => /^Asked|^Compared/.test(line));
  const notRunning = ({ coverage, older }: ReturnType<typeof ask>) => [older.coverage.containers.waiting, coverage.containers.waiting];

  it('say so where it is the same, as if it was asked for now', () => {
    const [before, after] = [day(1, pods.slice(0, 1), ofShop), day(2, pods.slice(0, 1), ofShop)];
    expect(linesOf(before, after, {})).toEqual(['Asked for: namespace shop']);
    expect(ask(before, after, {}).record).toMatchObject({ question: { namespaces: ['shop'] } });
    expect(linesOf(before, after, { teams: ['team-a'] })).toEqual(['Asked for: team team-a; namespace shop']);
    expect(notRunning(ask(before, after, { namespaces: ['shop'] }))).toEqual([0, 0]);
    expect(notRunning(ask(before, after, { teams: ['team-a'] }))).toEqual([null, null]);
  });

  it('are compared as to what both are of, and of that what is asked for', () => {
    const [before, after] = [day(1, pods), day(2, [[webPod('b'), two]], ofShop)];
    expect(linesOf(before, after, packages('bash'))).toEqual([
      'Asked for: package bash',
      'Compared: only what both inventories cover (before: all; after: namespace shop)',
    ]);
    expect(changes(before, after, packages('bash'))).toEqual(['team-a upgraded bash 1 2']);
    expect(changes(before, after, { teams: ['team-b'] })).toEqual([]);
  });
});

test('what is in neither inventory is said, and what is in one of them is not', () => {
  const [before, after] = [
    day(1, [[webPod('a', 'team-a'), [p('bash', '1'), p('old', '1')]]]),
    day(2, [[webPod('b', 'team-b'), [p('bash', '2')]]]),
  ];
  const question = { ...everything, teams: ['team-a', 'team-b', 'taem'], ...packages('old', 'bsah', 'bash>2', 'bash<2') };
  const unmatched = ['--team taem: no container has such a team.', '--package bsah: no package with that name was read.'];
  const others = ['--package bash>2: bash was found, from bash 1 to bash 2, but no version matches. An epoch, as in 1:2.3, counts.'];
  for (const inventories of [
    [before, after],
    [after, before],
  ]) {
    expect(unmatchedIn(inventories, question)).toEqual(unmatched);
    expect(otherVersionsIn(inventories, question)).toEqual(others);
  }
  expect(otherVersionsIn([before, before], { ...everything, ...packages('bash>2') })).toEqual([
    '--package bash>2: bash was found, in 1, but no version matches. An epoch, as in 1:2.3, counts.',
  ]);
});

test('a question leaves rows and places out, and changes none of what is left', () => {
  const content = fc.oneof(
    fc.subarray([p('bash', '1'), p('bash', '2'), p('zlib', '1'), p('zlib', '3'), p('curl', '8')]),
    fc.constantFrom('forbidden' as const, 'too-new' as const, 'gone' as const),
  );
  const replica = fc.record({ content, team: fc.constantFrom('team-a', 'team-b'), image: fc.constantFrom('web:1', 'web:2') });
  const fleet = (date: number) =>
    fc.tuple(fc.array(replica, { maxLength: 2 }), fc.array(content, { maxLength: 1 })).map(([replicas, others]) => {
      const inventory = day(date, [
        ...replicas.map(({ content: inside, team, image }, index) => [webPod(`a${index}`, team, { image }), inside] as const),
        ...others.map((inside) => [other('b'), inside] as const),
      ]);
      return onSystem(inventory, '12');
    });
  const question = fc.record<Partial<Question>>({
    teams: fc.subarray(['team-a', 'team-b']),
    images: fc.subarray(['web:1', 'test.local/*']),
    systems: fc.subarray(['debian-12', 'debian-13']),
    namespaces: fc.subarray(['shop', 'other']),
    packages: fc.subarray([...packages('bash<2', 'zlib', 'curl>8').packages]),
  });
  const linesOf = ({ rows }: ReturnType<typeof ask>) =>
    Array.from(rows, ({ record }) => record as DiffRow).flatMap(({ places, ...row }) =>
      places.map((place) => JSON.stringify({ ...row, place })),
    );
  fc.assert(
    fc.property(fleet(1), fleet(2), question, (before, after, asking) => {
      const [all, some] = [diffReport(before, after), ask(before, after, asking)];
      expect(linesOf(all)).toEqual(expect.arrayContaining(linesOf(some)));
      expect(all.differs || !some.differs).toBe(true);
      expect(!all.coverage.complete || some.coverage.complete).toBe(true);
    }),
  );
});
