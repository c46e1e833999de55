import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../e2e/commands.ts';
import { environment, program } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'supercargo-files-'));
afterAll(() => rmSync(root, { recursive: true }));
const inventory = join(root, 'inventory.json');
let folder = '';
beforeAll(async () => {
  expect((await program(['demo', '-q', '-o', `inventory=${inventory}`])).code).toBe(0);
  const whole = JSON.parse(readFileSync(inventory, 'utf8'));
  writeFileSync(inventory, JSON.stringify({ ...whole, generated: '2026-11-23T06:00:00.000Z' }));
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'out-'));
});

const report = (...flags: string[]) => program(['report', '--from', inventory, '--allow-incomplete', ...flags]);

describe('a name with placeholders', () => {
  test('is filled from the inventory, of today and of one collected before alike', async () => {
    const { code, stdout, stderr } = await report('-o', `csv=${folder}/{cluster}-{date}T{time}.csv.gz`);
    expect([code, stdout]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual(['demo-2026-11-23T060000Z.csv.gz']);
    expect(stderr).toContain(`Wrote ${folder}/demo-2026-11-23T060000Z.csv.gz`);
    const unpacked = gunzipSync(readFileSync(join(folder, 'demo-2026-11-23T060000Z.csv.gz'))).toString();
    expect(unpacked).toBe((await report('-o', 'csv')).stdout);
  });

  test('a gzipped inventory is read by --from', async () => {
    await report('-q', '-o', `inventory=${folder}/{cluster}.json.gz`);
    const { stdout } = await program(['report', '--from', `${folder}/demo.json.gz`, '-o', 'csv']);
    expect(stdout).toBe((await report('-o', 'csv')).stdout);
  });

  test.each([
    [['-o', 'csv={day}.csv'], 'there is no placeholder {day}'],
    [['-o', 'csv={cluster}/packages.csv'], 'and not of a folder'],
    [['-o', 'csv={date}', '-o', 'json=./{date}'], 'two outputs go into the file'],
    [['-o', 'csv=packages.csv', '--keep', '3'], '--keep: it needs {date} in the name of a file'],
    [['-o', 'csv={time}.csv', '--keep', '3'], '--keep: it needs {date} in the name of a file'],
    [['-o', 'csv={date}.csv', '--keep', '0'], 'a whole number from 1 on'],
  ])('wrong use is told before anything is collected: %j', async (flags, words) => {
    const { code, stdout, stderr } = await program(['report', '--docker-host', 'unix:///nonexistent', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('Docker');
  });

  test('two outputs that come to one name are refused, and neither is written', async () => {
    const { code, stdout, stderr } = await report('-o', `csv=${folder}/{cluster}`, '-o', `json=${folder}/demo`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`two outputs go into the file ${folder}/demo`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('--keep', () => {
  const days = ['demo-2026-11-19.csv', 'demo-2026-11-20.csv', 'demo-2026-11-21.csv', 'demo-2026-11-22.csv'];
  beforeEach(() => {
    for (const day of days) writeFileSync(join(folder, day), day);
  });

  test('leaves the newest, and says what it removed', async () => {
    const { code, stderr } = await report('--keep', '3', '-o', `csv=${folder}/{cluster}-{date}.csv`, '-o', `json=${folder}/latest.json`);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([...days.slice(2), 'demo-2026-11-23.csv', 'latest.json']);
    for (const day of days.slice(0, 2)) expect(stderr).toContain(`Removed ${folder}/${day} (--keep 3)`);
  });

  test('an incomplete result counts: it was written', async () => {
    const { code } = await program(['report', '--from', inventory, '-q', '--keep', '1', '-o', `csv=${folder}/{cluster}-{date}.csv`]);
    expect(code).toBe(3);
    expect(readdirSync(folder)).toEqual(['demo-2026-11-23.csv']);
  });

  test('removes nothing of a run that failed', async () => {
    const flags = ['--keep', '1', '-o', `csv=${folder}/{cluster}-{date}.csv`];
    expect((await report(...flags, '-o', `json=${folder}/no/such/folder.json`)).code).toBe(2);
    expect((await program(['report', '--docker-host', 'unix:///nonexistent', ...flags])).code).toBe(2);
    expect(readdirSync(folder)).toEqual([...days, 'demo-2026-11-23.csv']);
  });
});

test('--help tells of all of it', async () => {
  for (const command of ['report', 'collect', 'demo', 'diff']) {
    const { stdout } = await program([command, '--help']);
    for (const word of ['{cluster}', '{date}', '{time}', '.gz', '--keep', '--post', '--post-headers', 'Idempotency-Key', 'proxies'])
      expect(stdout).toContain(word);
  }
});

describe('color', () => {
  const isBold = (text: string) => text.includes('\u001b[1m');

  test.each([
    ['always', true],
    ['auto', false],
    ['never', false],
  ])('in a pipe, with --color %s: %s', async (when, expected) => {
    expect(isBold((await report('--color', when)).stdout)).toBe(expected);
  });

  // https://no-color.org: whatever it is set to, unless that is nothing.
  test.each([
    [{}, [], true],
    [{ NO_COLOR: '1' }, [], false],
    [{ NO_COLOR: '' }, [], true],
    [{ TERM: 'dumb' }, [], false],
    [{ NO_COLOR: '1' }, ['--color', 'always'], true],
  ])('on a terminal, with %j and %j: %s', async (more, flags, expected) => {
    const command = ['node', 'dist/supercargo.js', 'report', '-q', '--allow-incomplete', '--from', inventory, ...flags].join(' ');
    const env = { ...environment, TERM: 'xterm', NO_COLOR: '', ...more };
    const { code, stdout } = await run('script', ['-qec', command, '/dev/null'], { env });
    expect([code, isBold(stdout)]).toEqual([0, expected]);
  });

  test('is on the table alone: not in what programs read, and not in files', async () => {
    for (const format of ['csv', 'json', 'markdown', 'html'])
      expect(isBold((await report('--color', 'always', '-o', format)).stdout), format).toBe(false);
    await report('--color', 'always', '-o', `table=${folder}/packages.txt`);
    expect(isBold(readFileSync(join(folder, 'packages.txt'), 'utf8'))).toBe(false);
  });
});

test.each([
  ['report', (file: string) => ['report', '--from', file, '-o', `csv=${file}`]],
  ['diff', (file: string) => ['diff', inventory, file, '-o', `csv=${file}`]],
  ['collect', (file: string) => ['collect', '--source', 'kubernetes', '--pods', file, '-o', `inventory=${file}`]],
])('an input is not written over: %s', async (_, argsOf) => {
  const file = join(folder, 'mine.json');
  writeFileSync(file, readFileSync(inventory));
  const { code, stdout, stderr } = await program(argsOf(file));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`${file}: this run reads that file, and what is in it would be lost.`);
  expect(readFileSync(file).equals(readFileSync(inventory))).toBe(true);
});

test.each([
  ['a process that bash starts', 'node dist/supercargo.js demo -q -o csv=>(gzip > "$1/out.csv.gz"); wait $!; gunzip -c "$1/out.csv.gz"'],
  ['/dev/stdout', 'node dist/supercargo.js demo -q -o csv=/dev/stdout | cat'],
])('a pipe without a name is written into: %s', async (_, script) => {
  const { code, stdout, stderr } = await run('bash', ['-c', script, 'bash', folder], { env: environment });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe((await program(['demo', '-q', '-o', 'csv'])).stdout);
});

test.skipIf(!existsSync('/dev/full'))('a result is given also where stderr cannot be written', async () => {
  const command = `"${process.execPath}" dist/supercargo.js report --from "${inventory}" -o csv -o "csv=${folder}/a.csv" 2>/dev/full`;
  const { code, stdout } = await run('sh', ['-c', command], { env: environment });
  expect(code).toBe(3);
  expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(stdout);
  expect(stdout.split('\n').length).toBeGreaterThan(20);
});
