import { describe, expect, it, test } from 'vitest';
import { parsePackagePattern } from '../../../src/cli/flags/package-flag.ts';
import { joinInventory } from '../../../src/join/inventory.ts';
import type { ContainerScan } from '../../../src/model/container-scan.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { Package } from '../../../src/model/package.ts';
import type { Selection } from '../../../src/model/selection.ts';
import { fitsPackage, fitsSource } from '../../../src/report/question/package-pattern.ts';
import { everything, type Question } from '../../../src/report/question/question.ts';
import { otherVersionsIn, unmatchedIn } from '../../../src/report/question/unmatched.ts';
import { reportOn } from '../../../src/report/report.ts';
import { type ViewId, views } from '../../../src/report/views.ts';
import { foundContainer, harvestOf, packageRecord, podLabels, podOf, scanOf, teamScan, unreadScan } from '../../fleet.ts';
import { littleFleet } from '../little-fleet.ts';

const inventory = joinInventory(littleFleet);

function look(view: ViewId, question: Partial<Question>) {
  const report = reportOn(inventory, views[view], { ...everything, ...question });
  return { ...report, records: Array.from(report.rows, ({ record }) => record) };
}

const whole: Selection = { namespaces: [], excludedNamespaces: [], selector: null };
const ofShop: Selection = { ...whole, namespaces: ['shop'] };

/** Of containers of pods nobody could be asked about the team is not known: here it is. */
const withTeams = (fleet: Inventory): Inventory => ({
  ...fleet,
  containers: fleet.containers.map((container) => ({ ...container, team: { ...container.team, status: 'owned', name: 'team-a' } })),
});

/** The first two digits of the containers that the view containers shows. */
const idsFor = (question: Partial<Question>) => look('containers', question).records.map(({ id }) => String(id).slice(0, 2));
const packages = (...texts: readonly string[]) => ({ packages: texts.map((text) => parsePackagePattern(text)) });
const sources = (...texts: readonly string[]) => ({ sourcePackages: texts.map((text) => parsePackagePattern(text, '--source-package')) });

describe('a version condition', () => {
  const entry = (type: Package['type'], version: string | null): Package => ({
    ...{ type, name: 'openssl', version, architecture: null, sourcePackage: null, licenseDeclared: null, purl: null },
  });

  it.each([
    ['openssl<3.0.14', 'deb', '3.0.14~rc1', true],
    ['openssl<3.0.14', 'deb', '3.0.14-1', false],
    ['openssl<3.0.14', 'deb', '1:1.0', false],
    ['openssl<3.0.14', 'rpm', '3.0.9-1.el9', true],
    ['openssl<3.3.0_rc1', 'apk', '3.3.0_alpha2', true],
    ['openssl<=3', 'deb', '3', true],
    ['openssl>3', 'deb', '3', false],
    ['openssl>=3', 'deb', '3.0', true],
    ['openssl=1.0', 'deb', '1.00', true],
    ['openssl=1.0', 'apk', '1.00', false],
    ['openssl>=3,<3.0.14', 'deb', '3.0.9', true],
    ['openssl>=3,<3.0.14', 'deb', '1.1.1', false],
    ['open*', 'deb', '1', true],
    ['open', 'deb', '1', false],
    // What nobody knows may be any.
    ['openssl<3', 'deb', null, true],
  ] as const)('%s of %s %s: %s', (text, type, version, fits) => {
    expect(fitsPackage(parsePackagePattern(text), entry(type, version))).toBe(fits);
  });
});

describe('what a package is built from', () => {
  const entry = (name: string, version: string, sourcePackage: Package['sourcePackage']): Package => ({
    ...{ type: 'deb', name, version, architecture: null, sourcePackage, licenseDeclared: null, purl: null },
  });

  it.each<[string, Package, boolean]>([
    ['openssl<3.0.14', entry('libssl3', '3.0.9-1', { name: 'openssl', version: '3.0.9-1' }), true],
    // The version is that of the source, where the database tells it.
    ['openssl<3.0.14', entry('libssl3', '1:5-1', { name: 'openssl', version: '3.0.9-1' }), true],
    ['openssl<3.0.14', entry('libssl3', '3.0.9', { name: 'openssl', version: null }), true],
    ['openssl<3.0.14', entry('libssl3', '3.0.15', { name: 'openssl', version: null }), false],
    ['libssl3', entry('libssl3', '3.0.9-1', { name: 'openssl', version: '3.0.9-1' }), false],
    ['openssl', entry('openssl', '3.0.9-1', null), true],
  ])('%s of %j: %s', (text, built, fits) => {
    expect(fitsSource(parsePackagePattern(text), built)).toBe(fits);
  });

  it('is asked for as packages are', () => {
    const having = joinInventory(harvestOf({ scans: [withLibssl] }));
    const report = (question: Partial<Question>) => reportOn(having, views.packages, { ...everything, ...question });
    expect(Array.from(report(sources('openssl<3.0.14')).rows, ({ cells }) => cells[0])).toEqual(['libssl3']);
    expect(report(sources('openssl<3.0.14')).footer[0]).toBe('Asked for: source package openssl<3.0.14   ·   found in 1 container');
    expect([...report(sources('openssl>3.1')).rows]).toEqual([]);
    expect(unmatchedIn([having], { ...everything, ...sources('openssl>3.1', 'opnessl') })).toEqual([
      '--source-package opnessl: no package that was read is built from such a source.',
    ]);
    expect(otherVersionsIn([having], { ...everything, ...sources('openssl>3.1', 'openssl<3.1', 'opnessl') })).toEqual([
      '--source-package openssl>3.1: packages built from openssl were found, but no version matches. An epoch, as in 1:2.3, counts.',
    ]);
    expect(unmatchedIn([having], { ...everything, ...packages('openssl<3') })).toEqual([
      '--package openssl<3: no package with that name was read. libssl3 is built from it: --source-package openssl<3.',
    ]);
  });

  const libssl = { ...packageRecord('libssl3', '3.0.9-1'), sourcePackage: { name: 'openssl', version: '3.0.9-1' } };
  const withLibssl = teamScan('a', 'team-a', [libssl, packageRecord('bash')]);
});

describe('a question for containers', () => {
  it.each<[string, Partial<Question>, string[]]>([
    ['a pattern of teams, and those of nobody knows whom', { teams: ['pay*'] }, ['a5', 'a4', 'a6', 'b2']],
    ['a namespace', { namespaces: ['shop'] }, ['a3', 'a1', 'a2']],
    ['all namespaces but one', { excludedNamespaces: ['shop', 'tools', 'payments'] }, ['c1', 'c2', 'b2', 'b1']],
    ['all namespaces but those of a pattern', { excludedNamespaces: ['sh*', 'tool?', 'payments'] }, ['c1', 'c2', 'b2', 'b1']],
    ['an image', { images: ['*/shop/web:?'] }, ['a1', 'a2']],
    ['a system by its id', { systems: ['debian'] }, ['a4', 'a3', 'a1', 'a2', 'a7']],
    ['a system with its version', { systems: ['debian-11', 'arch'] }, ['c1', 'a3']],
    ['a pattern of systems', { systems: ['alpine-3.*'] }, ['a5', 'b2']],
    ['a package', packages('openssl'), ['c1', 'a4', 'a3', 'a1', 'a2', 'a7', 'b1']],
    ['a package of a type', { ...packages('openssl'), types: ['rpm'] }, ['b1']],
    ['a version', packages('openssl<3.0.14'), ['a3', 'a1', 'a7']],
    ['one of two packages', packages('musl', 'openssl>3.1'), ['c1', 'a5', 'b2', 'b1']],
    ['several things at once', { ...packages('openssl'), teams: ['web'], images: ['*:2'] }, ['a2']],
  ])('%s', (_, question, ids) => {
    expect(idsFor(question)).toEqual(ids);
  });

  it('finds in every view the same packages', () => {
    const question = packages('openssl<3.0.14');
    expect(look('packages', question).records.map(({ version }) => version)).toEqual(['1.1.1w-0+deb11u1', '3.0.9-1']);
    expect(look('teams', question).records.map(({ team, containers }) => [team, containers])).toEqual([
      ['cart', 1],
      ['web', 1],
      [null, 1],
    ]);
    expect(look('spread', question).records).toMatchObject([{ newest: '3.0.9-1', teamsBehind: [{ name: 'cart', containers: 1 }] }]);
    expect(look('matrix', question).columns.map(({ id }) => id)).toEqual(['package', 'type', 'cart', 'web', '(unowned)']);
  });
});

describe('coverage', () => {
  it.each<[string, Partial<Question>, object]>([
    // What could not be read may have the package.
    ['of a package is of all that was looked at', packages('openssl'), { running: 12, unread: 2, partial: 1, read: 8 }],
    ['of a package that is nowhere', packages('nothing'), { running: 12, unread: 2, partial: 1, read: 8 }],
    ['of a system counts what may have it', { systems: ['arch'] }, { running: 3, read: 1, unread: 2 }],
    ['of an image', { images: ['*/shop/*'] }, { running: 4, read: 3, unread: 1 }],
    ['of a namespace', { namespaces: ['payments'] }, { running: 3, read: 2, unread: 1 }],
  ])('%s', (_, question, counts) => {
    const { coverage } = look('packages', question);
    expect(coverage.containers).toMatchObject(counts);
    expect(coverage.complete).toBe(coverage.containers.unread === 0);
  });

  it('has what does not run only where that much was asked for', () => {
    const notRunning = (question: Partial<Question>, selections = [whole]) => {
      const { waiting, terminated } = reportOn({ ...inventory, selections }, views.packages, { ...everything, ...question }).coverage
        .containers;
      return [waiting, terminated];
    };
    const all = inventory.clusters.map(({ notRunning: { waiting } }) => waiting).reduce((sum, number) => sum + number, 0);
    expect(notRunning({ packages: [] })[0]).toBe(all);
    expect(notRunning({ namespaces: ['shop'] }, [ofShop])[0]).toBe(all);
    expect(notRunning({ namespaces: ['shop'] })).toEqual([null, null]);
    expect(notRunning({ teams: ['a'] })).toEqual([null, null]);
    expect(look('packages', { namespaces: ['shop'] }).footer.join()).not.toContain('not running');
  });

  it.each<[Partial<Question>, number, boolean]>([
    [{}, 0, true],
    [{ namespaces: ['shop'] }, 1, false],
    [{ excludedNamespaces: ['shop'] }, 1, false],
    [{ images: ['nginx:*'] }, 1, false],
    [{ images: ['nginx:*'], teams: ['other'] }, 0, true],
  ])('counts apart what may not be what %j asks for, for nobody knows', (question, unclear, complete) => {
    const pods = [{ uid: 'u', namespace: null, name: null, container: null }, podLabels(podOf('web', []))] as const;
    const images = [null, { name: 'redis:7', id: 'sha256:1', digest: null, labels: {} }] as const;
    const scans = ['a', 'b'].map((id, index) => {
      const scan = teamScan(id, 'team-a', [packageRecord('bash')]);
      return { ...scan, container: { ...scan.container, pod: pods[index] ?? null, image: images[index] ?? null } };
    });
    const fleet = joinInventory(harvestOf({ scans }));
    const { coverage, footer, rows } = reportOn(withTeams(fleet), views.containers, { ...everything, ...question });
    expect([coverage.containers.unclear, coverage.complete]).toEqual([unclear, complete]);
    expect(footer.filter((line) => line.includes('is not known'))).toHaveLength(unclear);
    const ids = Array.from(rows, ({ record }) => String(record.id).slice(0, 1));
    expect(ids.includes('a')).toBe(unclear === 0 && complete && question.teams === undefined);
  });

  it('is what the view coverage shows for a package, too', () => {
    expect(look('coverage', packages('nothing')).records[0]).toMatchObject({ finding: 'read', containers: 8 });
  });

  it('does not say of a team that it has no packages when none of its containers was read', () => {
    const container = foundContainer('b', { labels: { team: 'dark' } });
    const dark = joinInventory(
      harvestOf({ scans: [teamScan('a', 'lit', [packageRecord('bash')]), unreadScan('b', 'forbidden', { container })] }),
    );
    const { rows } = reportOn(dark, views.teams, everything);
    expect([...rows].map(({ record, cells }) => [record.team, record.packages, cells[3]])).toEqual([
      ['dark', null, ''],
      ['lit', 1, 1],
    ]);
  });

  it.each<[string, Partial<ContainerScan>[], number | null]>([
    ['wholly', [{ status: 'no-database' }], 0],
    ['but for one that has no database', [{ status: 'no-database' }, { status: 'unread', reason: 'forbidden' }], null],
    ['in part, without a package', [{ status: 'partial', reason: 'damaged' }], null],
    ['but for one that ended', [{ status: 'no-database' }, { status: 'unread', reason: 'gone' }], 0],
  ])('says of a team without packages that it has none only where all was read: read %s', (_, scans, packagesOfTeam) => {
    const fleet = joinInventory(
      harvestOf({ scans: scans.map((scan, id) => scanOf(foundContainer(String(id), { labels: { team: 'dark' } }), scan)) }),
    );
    const [row] = reportOn(fleet, views.teams, everything).rows;
    expect(row?.record.packages).toBe(packagesOfTeam);
    const { record } = reportOn(fleet, views.matrix, everything);
    expect(record).toMatchObject({ unreadTeams: packagesOfTeam === null ? [{ team: 'dark', ownership: 'owned' }] : [] });
  });

  it('tells of each team how much of it was read, with the package or without', () => {
    const [team] = look('teams', { ...packages('libssl3'), namespaces: ['payments'] }).records;
    expect(team).toMatchObject({ team: 'payments', containers: 2, runningContainers: 3, readContainers: 2 });
  });
});

describe('the matrix, of teams of which nothing was read', () => {
  const labels = (team: string) => ({ container: foundContainer(team, { labels: { team } }) });
  const fleet = joinInventory(
    harvestOf({
      scans: [
        teamScan('a', 'lit', [packageRecord('bash')]),
        teamScan('b', 'other', [packageRecord('zlib')]),
        unreadScan('c', 'forbidden', labels('dark')),
        unreadScan('d', 'gone', labels('gone')),
        unreadScan('e', 'no-agent'),
      ],
    }),
  );
  const lookAt = (question: Partial<Question>) => {
    const { columns, rows, record } = reportOn(fleet, views.matrix, { ...everything, ...question });
    return { ids: columns.map(({ id }) => id), cells: Array.from(rows, ({ cells }) => cells), record };
  };

  it('has a column for each, with a mark in every row', () => {
    const { ids, cells } = lookAt({});
    expect([ids, ...cells]).toEqual([
      ['package', 'type', 'dark', 'lit', 'other', '(unowned)'],
      ['bash', 'deb', ['(not read)'], ['1'], [], ['(not read)']],
      ['zlib', 'deb', ['(not read)'], [], ['1'], ['(not read)']],
    ]);
  });

  it('names them in JSON', () => {
    const { record } = lookAt({});
    expect(record).toMatchObject({
      unreadTeams: [
        { team: 'dark', ownership: 'owned' },
        { team: null, ownership: 'unowned' },
      ],
    });
  });

  it('tells of a team that was read in part, in its heading and in JSON', () => {
    const half = { containers: fleet.containers.filter(({ team }) => team.name === 'dark' || team.name === 'lit') };
    const inTeam = half.containers.map((container) => ({ ...container, team: { ...container.team, name: 'half' } }));
    const { columns, record } = reportOn({ ...fleet, containers: inTeam }, views.matrix, everything);
    expect(columns.slice(2)).toEqual([{ id: 'half', title: 'half (1 of 2 read)', audience: 'all', oneOf: 'teams' }]);
    expect(record).toMatchObject({ unreadTeams: [], partlyReadTeams: [{ team: 'half', ownership: 'owned' }] });
    expect(lookAt({}).record).toMatchObject({ partlyReadTeams: [] });
  });

  it('has a row in the view teams, also where another package is asked for', () => {
    const rows = Array.from(reportOn(fleet, views.teams, { ...everything, ...packages('bash') }).rows, ({ cells }) => cells);
    expect(rows).toEqual([
      ['dark', 0, 0, '', [], 0],
      ['lit', 1, 0, 1, [], 100],
      ['(unowned)', 0, 0, '', [], 0],
    ]);
  });

  // They may have it.
  it('has them beside those that have the package that is asked for', () => {
    expect(lookAt(packages('bash')).ids).toEqual(['package', 'type', 'dark', 'lit', '(unowned)']);
    expect(lookAt({ ...packages('bash'), teams: ['lit'] }).ids).toEqual(['package', 'type', 'lit']);
  });
});

describe('what stands under a table', () => {
  it.each<[Partial<Question>, string[]]>([
    [{}, []],
    [packages('openssl<3.0.14'), ['Asked for: package openssl<3.0.14   ·   found in 3 containers']],
    [{ teams: ['a', 'b'], unowned: true }, ['Asked for: team a or b or (unowned)']],
    [{ namespaces: ['shop'], selector: 'app=web,tier!=db' }, ['Asked for: namespace shop; pod labels app=web,tier!=db']],
    [{ ...packages('musl'), namespaces: ['search'] }, ['Asked for: package musl; namespace search   ·   found in 1 container']],
    [{ top: 2 }, ['The first 2 of 13 rows (--top)']],
    [{ top: 13 }, []],
  ])('for %j', (question, lines) => {
    expect(look('packages', question).footer.filter((line) => /^Asked|--top/.test(line))).toEqual(lines);
  });
});

describe('what JSON says of itself', () => {
  it('is everything, as far as nothing was asked for', () => {
    expect(look('packages', {}).record).toEqual({
      question: { ...everything, packages: [], sourcePackages: [] },
      selections: [whole],
      rowsLeftOut: 0,
    });
  });

  it('is what was asked for, as it was typed', () => {
    const question: Partial<Question> = { teams: ['pay*'], selector: 'app=web', sortBy: { column: 'package', descending: true } };
    expect(look('packages', { ...packages('openssl>=3,<3.0.14'), ...question }).record).toMatchObject({
      question: { ...question, packages: ['openssl>=3,<3.0.14'], unowned: false, top: null },
    });
  });

  it.each([
    [2, 11],
    [13, 0],
  ])('with --top %i is that %i rows are left out', (top, rowsLeftOut) => {
    expect(look('packages', { top }).record).toMatchObject({ question: { top }, rowsLeftOut });
  });
});

describe('an inventory that was collected of a part', () => {
  const reportOf = (selections: Selection[], question: Partial<Question> = {}) =>
    reportOn({ ...inventory, selections }, views.packages, { ...everything, ...question });
  const asked = ({ footer }: ReturnType<typeof reportOf>) => footer.filter((line) => /^Asked|^Collected/.test(line));

  it('answers as if that had been asked for', () => {
    const { record, coverage, footer } = reportOf([{ ...ofShop, selector: 'app=web' }]);
    const then = reportOf([{ ...ofShop, selector: 'app=web' }], { namespaces: ['shop'], selector: 'app=web' });
    expect(record).toMatchObject({ question: { namespaces: ['shop'], selector: 'app=web' }, selections: [{ namespaces: ['shop'] }] });
    expect([record, coverage, footer]).toEqual([then.record, then.coverage, then.footer]);
    expect(asked(reportOf([ofShop]))).toEqual(['Asked for: namespace shop']);
  });

  it('may be asked for less', () => {
    const selection = { ...whole, namespaces: ['shop', 'search'], excludedNamespaces: ['kube-*'] };
    expect(reportOf([selection], { namespaces: ['search'], excludedNamespaces: ['x'] }).record).toMatchObject({
      question: { namespaces: ['search'], excludedNamespaces: ['kube-*', 'x'] },
    });
  });

  it('tells of several what was asked for of each', () => {
    const { record, footer } = reportOf([whole, ofShop]);
    expect(record).toMatchObject({ question: { namespaces: [] }, selections: [whole, ofShop] });
    expect(footer).toContain('Collected separately: all | namespace shop');
  });
});

describe('--sort-by', () => {
  const column = (view: ViewId, id: string, sortBy: string) => {
    const descending = sortBy.startsWith('-');
    const { columns, rows } = look(view, { sortBy: { column: sortBy.replace('-', ''), descending } });
    const at = columns.findIndex((each) => each.id === id);
    return Array.from(rows, ({ cells }) => cells[at]);
  };

  it.each<[ViewId, string, string, unknown[]]>([
    ['spread', 'versions', 'versions', [1, 1, 1, 1, 2, 2, 2, 3]],
    ['teams', 'team', '-containers', ['(unowned)', 'payments', 'web', 'cart', 'search', '(unknown)']],
    ['teams', 'packages', '-packages', [5, 5, 4, 2, 2, 2]],
    [
      'teams',
      'systems',
      '-systems',
      [['arch', 'debian-12'], ['alpine-3.20.3', 'debian-12'], ['rocky-9.4'], ['debian-12'], ['debian-11'], ['alpine-3.20.3']],
    ],
  ])('%s: %s by %s', (view, id, sortBy, expected) => {
    expect(column(view, id, sortBy)).toEqual(expected);
  });

  it('puts versions in the order of their ecosystem', () => {
    const { rows } = look('packages', { ...packages('openssl', 'musl'), sortBy: { column: 'version', descending: true } });
    expect(Array.from(rows, ({ cells }) => `${cells[2]} ${cells[1]}`)).toEqual([
      'rpm 1:3.0.7-27.el9',
      'deb 3.0.14-1~deb12u2',
      'deb 3.0.9-1',
      'deb 1.1.1w-0+deb11u1',
      'apk 1.2.5-r0',
      'alpm 3.4.0-1',
    ]);
  });

  it('with --top gives the first of them', () => {
    const { records } = look('packages', { sortBy: { column: 'occurrences', descending: true }, top: 1 });
    expect(records).toMatchObject([{ package: 'bash', occurrences: 4 }]);
  });
});

describe('--columns', () => {
  it('chooses, orders and adds columns', () => {
    const { columns, rows } = look('packages', {
      ...packages('libssl3>3.0.10,<3.1'),
      columns: ['architecture', 'package', 'unowned', 'clusters'],
    });
    expect(columns.map(({ id, audience }) => `${id} ${audience}`)).toEqual([
      'architecture all',
      'package all',
      'unowned all',
      'clusters all',
    ]);
    expect(Array.from(rows, ({ cells }) => cells)).toEqual([[['amd64', 'i386'], 'libssl3', 0, ['prod-eu']]]);
  });

  it('shows only what containers have that were asked for', () => {
    const { records } = look('packages', { ...packages('libssl3=3.0.14-1~deb12u2'), teams: ['web'], columns: ['architecture', 'images'] });
    expect(records).toMatchObject([{ architectures: ['amd64'], images: ['images.example/shop/web:2'] }]);
  });

  it('adds to the record, and takes nothing away from it', () => {
    const [record] = look('packages', { columns: ['source-package'], top: 1 }).records;
    expect(record).toMatchObject({ package: 'bash', occurrences: 1, sourcePackages: [{ name: 'bash', version: '5.1-2+deb11u1' }] });
  });

  it('leaves the teams of the matrix', () => {
    expect(look('matrix', { ...packages('musl'), columns: ['package'] }).columns.map(({ id }) => id)).toEqual([
      'package',
      'payments',
      '(unknown)',
    ]);
  });
});

test('what is asked for and is nowhere is said', () => {
  const question = {
    ...everything,
    ...packages('bsah', 'bash>6', 'bash'),
    teams: ['wbe', 'w*'],
    namespaces: ['shpo'],
    images: ['web'],
    systems: ['debain'],
  };
  expect(unmatchedIn([inventory], { ...question, types: ['opkg'] })).toEqual([
    '--team wbe: no container has such a team.',
    '--namespace shpo: no container is in such a namespace.',
    "--image web: no image has that name. A pattern must fit the whole reference, as '*web*' would.",
    '--os debain: no container has such an operating system.',
    '--type opkg: no container has such packages.',
    '--package bsah: no package with that name was read.',
  ]);
  expect(otherVersionsIn([inventory], question)).toEqual([
    '--package bash>6: bash was found, from bash 5.1-2+deb11u1 to bash 5.1.8-9.el9, but no version matches. An epoch, as in 1:2.3, counts.',
  ]);
  expect(look('packages', { teams: ['wbe'], ...packages('nothing') }).records).toEqual([]);
});

it('what is written in the way of another program is answered with the way of this one', () => {
  const question = { ...everything, teams: ['web, payments'], systems: ['debian,alpine'], selector: 'app=wbe', ...packages('bash@5.2') };
  const unreachable = { ...inventory, containers: inventory.containers.filter(({ pod }) => pod === null) };
  expect(unmatchedIn([unreachable], question)).toEqual([
    '--team web, payments: nothing has that name. For several, repeat the flag: --team web --team payments.',
    '--selector app=wbe: no container that was found belongs to a pod with such labels.',
    '--os debian,alpine: nothing has that name. For several, repeat the flag: --os debian --os alpine.',
    "--package bash@5.2: no package with that name was read. Versions are asked for by =, <, <=, > and >=: --package 'bash=5.2'.",
  ]);
  expect(unmatchedIn([inventory], { ...everything, selector: 'app=web' })).toEqual([]);
});
