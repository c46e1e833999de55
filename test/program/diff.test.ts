import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import type { DiffRow } from '../../src/model/reports/diff.ts';
import { program } from './program.ts';

let folder: string;
const at = (name: string) => join(folder, name);

// Two days of the fleet of the demo: overnight bash of Debian 12 was upgraded, tools/backup ended, and team-keiko moved on.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-diff-'));
  await program(['demo', '-q', '-o', `inventory=${at('monday.json')}`]);
  const monday: Inventory = { ...JSON.parse(await readFile(at('monday.json'), 'utf8')), generated: '2026-11-23T06:00:00Z' };
  await writeFile(at('monday.json'), JSON.stringify(monday));
  const packages = monday.packages.map((entry) =>
    entry.name === 'bash' && entry.version?.startsWith('5.2') ? { ...entry, version: '5.2.15-2+b14' } : entry,
  );
  const isNew = (positions: readonly number[]) => positions.some((position) => packages[position] !== monday.packages[position]);
  const renamed = new Map(Object.entries(monday.packageSets).map(([key, positions]) => [key, isNew(positions) ? `${key}-new` : key]));
  const packageSets = Object.fromEntries(Object.entries(monday.packageSets).map(([key, positions]) => [renamed.get(key), positions]));
  const containers = monday.containers
    .filter(({ pod }) => pod?.name !== 'backup')
    .map(({ scan, ...container }) => ({ ...container, scan: { ...scan, packageSet: scan.packageSet && renamed.get(scan.packageSet) } }));
  const generated = new Date(Date.parse(monday.generated) + 24 * 60 * 60 * 1000).toISOString();
  await writeFile(at('tuesday.json.gz'), gzipSync(JSON.stringify({ ...monday, generated, packages, packageSets, containers })));
});
afterAll(() => rm(folder, { recursive: true }));

describe('supercargo diff', () => {
  test('reads as a person would tell it', async () => {
    const { code, stdout } = await program(['diff', at('monday.json'), at('tuesday.json.gz'), '-q']);
    const lines = stdout.split('\n').filter((line) => line.startsWith('|'));
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '| Team | Change | Package | Type | Before | After | Where | Reason |',
      '| team-humphrey | upgraded | bash | deb | 5.2.15-2+b13 | 5.2.15-2+b14 | payments/ledger | |',
      '| team-keiko | not known | | | | | search/queue | not read on either side: Nothing here reads the containers of the node node-containerd |',
      '| team-shamu | upgraded | bash | deb | 5.2.15-2+b13 | 5.2.15-2+b14 | shop/web-1/web, shop/web-2/web | |',
      ...[
        'adduser 3.134',
        'bash 5.2.15-2+b13',
        'libc6 2.36-9+deb12u14',
        'perl-base 5.36.0-7+deb12u3',
        'tzdata 2026b-0+deb12u1',
        'zlib1g 1:1.2.13.dfsg-1',
      ].map((entry) => `| (unowned) | removed | ${entry.split(' ')[0]} | deb | ${entry.split(' ')[1]} | | tools/backup | |`),
    ]);
    expect(code).toBe(3);
  });

  test('ends with 1 on differences when asked to', async () => {
    const files = [at('monday.json'), at('tuesday.json.gz')];
    expect((await program(['diff', ...files, '-q', '--allow-incomplete'])).code).toBe(0);
    expect((await program(['diff', ...files, '-q', '--allow-incomplete', '--exit-code'])).code).toBe(1);
    expect((await program(['diff', ...files, '-q', '--exit-code'])).code).toBe(3);
    expect((await program(['diff', at('monday.json'), at('monday.json'), '-q', '--allow-incomplete', '--exit-code'])).code).toBe(0);
  });

  test('says of what was not read on the older side alone that it is incomplete, by its exit code, its page and on stderr', async () => {
    const monday: Inventory = JSON.parse(await readFile(at('monday.json'), 'utf8'));
    const containers = monday.containers.filter(({ scan }) => scan.status === 'read' || scan.status === 'no-database');
    await writeFile(at('mended.json'), JSON.stringify({ ...monday, containers }));
    const { code, stdout, stderr } = await program(['diff', at('monday.json'), at('mended.json'), '-q', '-o', 'html']);
    const state = 'Incomplete: 1 of 12 places not known';
    expect([code, stderr]).toEqual([3, `${state}. Use --allow-incomplete to exit with 0 anyway.\n`]);
    expect(stdout).toContain(`<p class="state incomplete"><a href="#coverage">${state}</a></p>`);
    const other = await program(['diff', at('mended.json'), at('mended.json'), '-q', '-o', 'html']);
    expect([other.code, other.stderr]).toEqual([0, '']);
    expect(other.stdout).toContain('<p class="state"><a href="#coverage">Complete</a></p>');
  });

  test.each<[string[], number, string[]]>([
    [['--team', 'team-humphrey'], 1, ['team-humphrey upgraded bash']],
    [['-n', 'shop'], 1, ['team-shamu upgraded bash']],
    [
      ['--exclude-namespace', 'tools', '--exclude-namespace', 'sh*', '--package', 'bash<5.2.15-2+b14'],
      3,
      ['team-humphrey upgraded bash', 'team-keiko unknown null'],
    ],
    [['--team', 'team-humphrey', '--package', 'libc6'], 0, []],
    [['--unowned', '--sort-by', '-package', '--top', '2'], 1, ['null removed zlib1g', 'null removed tzdata']],
    // What was not read is of this team alone.
    [['--team', 'team-keiko'], 3, ['team-keiko unknown null']],
    [['--team', 'team-keiko', '--allow-incomplete'], 0, ['team-keiko unknown null']],
  ])('%j ends with %i: the exit code, too, is about what was asked for', async (flags, code, expected) => {
    const result = await program(['diff', at('monday.json'), at('tuesday.json.gz'), '-q', '--exit-code', '-o', 'json', ...flags]);
    const rows = JSON.parse(result.stdout).rows as DiffRow[];
    expect([rows.map(({ team, change, package: name }) => `${team} ${change} ${name}`), result.code]).toEqual([expected, code]);
  });

  test('says what was asked for, under the table, and what is in neither inventory, on stderr', async () => {
    const flags = ['--team', 'team-shamu', '--package', 'bash>5.2.15-2+b13', '--package', 'bsah', '--columns', 'package,before,after'];
    const { code, stdout, stderr } = await program(['diff', at('monday.json'), at('tuesday.json.gz'), ...flags]);
    expect(
      stdout
        .split('\n')
        .filter((line) => /^[|A]/.test(line))
        .map((line) => line.replaceAll(/ +/g, ' ')),
    ).toEqual([
      '| Package | Before | After |',
      '| bash | 5.2.15-2+b13 | 5.2.15-2+b14 |',
      'Asked for: package bash>5.2.15-2+b13 or bsah; team team-shamu',
      expect.stringMatching('^After: 4 containers run'),
      expect.stringMatching('^After: 1 team'),
    ]);
    expect([code, stderr]).toEqual([0, '--package bsah: no package with that name was read.\n']);
  });

  test('refuses a namespace of which one of the inventories was not collected', async () => {
    const monday: Inventory = JSON.parse(await readFile(at('monday.json'), 'utf8'));
    const selections = [{ namespaces: ['shop'], excludedNamespaces: [], selector: null }];
    await writeFile(at('shop.json'), JSON.stringify({ ...monday, selections }));
    for (const [side, files] of Object.entries({ newer: ['monday.json', 'shop.json'], older: ['shop.json', 'monday.json'] })) {
      const { code, stderr } = await program(['diff', ...files.map(at), '-n', 'tools']);
      const message = `-n tools: the ${side} inventory does not cover that namespace (it was collected with: namespace shop). Collect it again.`;
      expect([code, stderr]).toEqual([2, `${message}\n`]);
      expect((await program(['diff', ...files.map(at), '-n', 'shop', '-q'])).code).toBe(0);
    }
  });

  test('has the columns that its help names, and no other', async () => {
    const { stdout } = await program(['diff', '--help']);
    const [, columns = ''] = /^Columns: (.*)$/m.exec(stdout) ?? [];
    const files = [at('monday.json'), at('tuesday.json.gz')];
    const { stdout: csv } = await program(['diff', ...files, '-q', '-o', 'csv', '--columns', columns]);
    expect(csv.split('\n')[0]).toBe(columns.replaceAll(', ', ','));
    expect((await program(['diff', ...files, '--sort-by', 'version'])).stderr).toContain(`It has: ${columns}.`);
  });

  test.each([
    [['diff', 'a', 'b', '--columns', 'colour'], '--columns colour: the view diff has no such column. It has: team, change, package,'],
    [['diff', 'a', 'b', '--package', 'openssl<'], '--package openssl<: the version after < is missing'],
    [['diff', 'a', 'b', '-A', '-n', 'shop'], '-A and -n contradict each other'],
    [['diff', 'a', 'b', '-n', 'Shop'], '-n Shop: that is no name of a namespace'],
    // Its rows are by team, and the labels of pods are in no inventory.
    [['diff', 'a', 'b', '--by', 'team'], "unknown option '--by'"],
    [['diff', 'a', 'b', '-l', 'app=web'], "unknown option '-l'"],
    [['diff', '-', '-'], 'standard input can be read once'],
    [['diff', 'none.json', '-'], 'Cannot read the inventory none.json: no such file.'],
    [
      ['diff', 'a', 'b', '-o', 'inventory'],
      '-o inventory: diff prints a report, not an inventory. Other outputs: table, wide, csv, json, ndjson, markdown, html.',
    ],
  ])('%j is trouble', async (args, message) => {
    const { code, stdout, stderr } = await program(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('several inventories', () => {
  test('are merged: the newest word on a container wins', async () => {
    const { stdout } = await program([
      'report',
      '--from',
      at('tuesday.json.gz'),
      '--from',
      at('monday.json'),
      '-o',
      'json',
      '--package',
      'bash',
    ]);
    expect(
      JSON.parse(stdout).rows.map(({ version, occurrences }: { version: string; occurrences: number }) => [version, occurrences]),
    ).toEqual([
      ['5.1-2+deb11u1', 2],
      ['5.2.15-2+b13', 1],
      ['5.2.15-2+b14', 3],
    ]);
  });

  test('a damaged gzip is trouble', async () => {
    await writeFile(at('cut.gz'), gzipSync('{"a": 1}'.repeat(1000)).subarray(0, 30));
    const { code, stderr } = await program(['report', '--from', at('cut.gz')]);
    expect([code, stderr]).toEqual([2, `Cannot read the inventory ${at('cut.gz')}: it ends early: gzip cannot unpack it.\n`]);
  });
});
