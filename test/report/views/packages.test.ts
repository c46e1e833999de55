import { describe, expect, it } from 'vitest';
import { parsePackagePattern } from '../../../src/cli/flags/package-flag.ts';
import { joinInventory } from '../../../src/join/inventory.ts';
import type { ContainerScan } from '../../../src/model/container-scan.ts';
import { PackagesByTeamReport, PackagesReport } from '../../../src/model/reports/packages.ts';
import { everything, type Question } from '../../../src/report/question/question.ts';
import { reportOn } from '../../../src/report/report.ts';
import { packages } from '../../../src/report/views/packages.ts';
import { foundContainer, harvestOf, packageRecord, scanWith, strangersScan, teamScan } from '../../fleet.ts';

function reportOf(scans: readonly ContainerScan[], question: Partial<Question> = {}) {
  const report = reportOn(joinInventory(harvestOf({ scans })), packages, { ...everything, ...question });
  return { ...report, rows: [...report.rows] };
}

/** Rows as a table for people would have them. */
function shown(scans: readonly ContainerScan[], question: Partial<Question> = {}) {
  const { columns, rows } = reportOf(scans, question);
  return rows.map(({ cells }) =>
    cells.filter((_, index) => columns[index]?.audience !== 'tools').map((cell) => (Array.isArray(cell) ? cell.join(',') : cell)),
  );
}

const bash = packageRecord('bash', '5.2');
const zlib = packageRecord('zlib', '1.3');
const [shamu, keiko, nobody, stranger] = [
  teamScan('a', 'shamu', [bash]),
  teamScan('b', 'keiko', [bash, zlib]),
  teamScan('c', null, [bash]),
  strangersScan('d', [bash]),
];
const second = teamScan('e', 'shamu', [bash]);

describe('the view packages', () => {
  it('has one row a package and version, with the containers that have it and their teams by name', () => {
    expect(shown([shamu, keiko, second])).toEqual([
      ['bash', '5.2', 'deb', 3, 'keiko,shamu'],
      ['zlib', '1.3', 'deb', 1, 'keiko'],
    ]);
  });

  it('has a row for each version and for each type', () => {
    const scans = [
      teamScan('a', 'x', [bash]),
      teamScan('b', 'x', [packageRecord('bash', '5.10')]),
      scanWith(foundContainer('c'), [], { contents: [{ type: 'apk', packages: [bash] }] }),
    ];
    expect(shown(scans).map(([name, version, type]) => [name, version, type])).toEqual([
      ['bash', '5.2', 'apk'],
      ['bash', '5.2', 'deb'],
      ['bash', '5.10', 'deb'],
    ]);
  });

  it('counts a container once that has a package in two architectures, and shows one row for both', () => {
    const both = teamScan('a', 'x', [bash, { ...bash, architecture: 'i386' }]);
    const one = teamScan('b', 'x', [{ ...bash, architecture: 'i386' }]);
    expect(shown([both, one])).toEqual([['bash', '5.2', 'deb', 2, 'x']]);
  });

  it('counts a package of two systems in one row', () => {
    const system = { id: 'debian', idLike: [], versionId: '12', name: null };
    expect(shown([teamScan('a', 'x', [bash]), { ...teamScan('b', 'x', [bash]), system }])).toEqual([['bash', '5.2', 'deb', 2, 'x']]);
  });

  it.each([
    ['nobody', [nobody], '(unowned)'],
    ['nobody knows whom', [stranger], '(unknown)'],
    ['a team, somebody and nobody: these last', [nobody, stranger, shamu], 'shamu,(unknown),(unowned)'],
  ])('says whose it is: %s', (_, scans, teams) => {
    expect(shown(scans)[0]).toEqual(['bash', '5.2', 'deb', scans.length, teams]);
  });

  it('shows no team that is called like a property of every object', () => {
    const scans = ['__proto__', 'constructor', 'toString'].map((team, index) => teamScan(String(index), team, [bash]));
    expect(shown(scans)[0]?.at(-1)).toBe('__proto__,constructor,toString');
  });

  it('has no row for a container that was not read or holds nothing', () => {
    expect(shown([teamScan('a', 'x', []), { ...shamu, status: 'unread', reason: 'failed', contents: [] }])).toEqual([]);
  });

  it('tells tools how many of whose: records', () => {
    expect(reportOf([shamu, second, nobody, stranger]).rows.map(({ record }) => record)).toEqual([
      {
        package: 'bash',
        version: '5.2',
        type: 'deb',
        occurrences: 4,
        teams: [{ name: 'shamu', containers: 2 }],
        unownedContainers: 1,
        unknownContainers: 1,
      },
    ]);
  });

  it('has columns for tools apart: teams without (unowned), which is a number there', () => {
    const { columns, rows } = reportOf([shamu, nobody]);
    const forTools = columns.map(({ id, audience }, index) => [id, audience, rows[0]?.cells[index]]);
    expect(forTools.filter(([, audience]) => audience !== 'people')).toEqual([
      ['package', 'all', 'bash'],
      ['version', 'all', '5.2'],
      ['type', 'all', 'deb'],
      ['occurrences', 'all', 2],
      ['unowned', 'tools', 1],
      ['teams', 'tools', ['shamu']],
    ]);
  });
});

describe('--by team', () => {
  const by = 'team';

  it('has one row a package, version, type and team, with the containers of that team', () => {
    expect(shown([shamu, keiko, second, nobody, stranger], { by })).toEqual([
      ['bash', '5.2', 'deb', 'keiko', 1],
      ['bash', '5.2', 'deb', 'shamu', 2],
      ['bash', '5.2', 'deb', '(unknown)', 1],
      ['bash', '5.2', 'deb', '(unowned)', 1],
      ['zlib', '1.3', 'deb', 'keiko', 1],
    ]);
  });

  it('says in the record why there is no team', () => {
    const records = reportOf([shamu, nobody, stranger], { by }).rows.map(({ record }) => [
      record.team,
      record.ownership,
      record.containers,
    ]);
    expect(records).toEqual([
      ['shamu', 'owned', 1],
      [null, 'unknown', 1],
      [null, 'unowned', 1],
    ]);
  });
});

describe('a question', () => {
  const all = [shamu, keiko, nobody, stranger];

  it.each([
    [
      'nothing',
      {},
      [
        ['bash', 4],
        ['zlib', 1],
      ],
    ],
    [
      '--team: those whose team is not known may be of it',
      { teams: ['keiko'] },
      [
        ['bash', 2],
        ['zlib', 1],
      ],
    ],
    [
      'two teams',
      { teams: ['keiko', 'shamu'] },
      [
        ['bash', 3],
        ['zlib', 1],
      ],
    ],
    ['a team that is not there', { teams: ['nemo'] }, [['bash', 1]]],
    ['--unowned', { unowned: true }, [['bash', 2]]],
    ['--unowned and a team', { unowned: true, teams: ['shamu'] }, [['bash', 3]]],
    ['--package', { packages: [parsePackagePattern('zlib')] }, [['zlib', 1]]],
    [
      'two packages',
      { packages: [parsePackagePattern('zlib'), parsePackagePattern('bash')] },
      [
        ['bash', 4],
        ['zlib', 1],
      ],
    ],
    ['a package that is not there', { packages: [parsePackagePattern('zli')] }, []],
    ['a package and a team', { packages: [parsePackagePattern('bash')], teams: ['shamu'] }, [['bash', 2]]],
  ])('for %s', (_, question, expected) => {
    expect(shown(all, question).map(([name, , , occurrences]) => [name, occurrences])).toEqual(expected);
  });

  it('for a team covers the containers of that team', () => {
    expect(reportOf(all, { teams: ['shamu'] }).coverage.containers.running).toBe(2);
    expect(reportOf(all, { packages: [parsePackagePattern('zlib')] }).coverage.containers.running).toBe(4);
  });
});

describe('the report', () => {
  it.each([
    [null, PackagesReport],
    ['team', PackagesByTeamReport],
  ] as const)('--by %s is what its schema says', (by, schema) => {
    const { schemaVersion, view, generated, record, coverage, rows } = reportOf([shamu, keiko, nobody, stranger], { by });
    const document = { schemaVersion, view, generated, ...record, coverage, rows: rows.map(({ record }) => record) };
    expect(schema.parse(document)).toEqual(document);
    expect(rows.length).toBeGreaterThan(1);
  });

  it('may be gone through twice: a table finds its widths first', () => {
    const { rows } = reportOn(joinInventory(harvestOf({ scans: [shamu, keiko] })), packages, everything);
    expect([...rows]).toEqual([...rows]);
    expect([...rows]).toHaveLength(2);
  });

  it('has a cell for each column', () => {
    for (const by of [null, 'team'] as const) {
      const { columns, rows } = reportOf([shamu, nobody], { by });
      expect(rows.map(({ cells }) => cells.length)).toEqual(rows.map(() => columns.length));
    }
  });
});
