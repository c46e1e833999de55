import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exitCodeOf, parseMaxUnread } from '../../../src/cli/exit-code.ts';
import { addCollectFlags, planOf } from '../../../src/cli/flags/collect-flags.ts';
import { readInventory } from '../../../src/cli/input/read-inventory.ts';
import { nameValuesOf, unfilled } from '../../../src/cli/output/file-name.ts';
import { parseOutputs, refuseInputs, refuseOneFileTwice } from '../../../src/cli/output/outputs.ts';
import { writeFileWhole } from '../../../src/cli/output/write-file.ts';
import { inventory as inventoryFormatter } from '../../../src/format/inventory.ts';
import { defaultConfig } from '../../../src/model/config.ts';
import type { Coverage } from '../../../src/model/coverage.ts';
import { CollectError, UsageError } from '../../../src/model/errors.ts';
import { inventory } from '../../format/reports.ts';

const { signal } = new AbortController();

const folder = mkdtempSync(join(tmpdir(), 'supercargo-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

describe('-o', () => {
  test.each([
    [[], [{ format: 'table', file: null }]],
    [['csv'], [{ format: 'csv', file: null }]],
    [['csv=-'], [{ format: 'csv', file: null }]],
    [
      ['csv', 'json=a=b.json'],
      [
        { format: 'csv', file: null },
        { format: 'json', file: { typed: 'a=b.json', parts: [{ text: 'a=b.json' }] } },
      ],
    ],
  ])('%j', (values, outputs) => {
    expect(parseOutputs(values, 'table')).toEqual(outputs);
  });

  test.each([[['xml']], [['csv', 'json']], [['csv=-', 'json']], [['csv=-', 'json=-']], [['csv=']], [['constructor']]])(
    '%j is refused',
    (values) => {
      expect(() => parseOutputs(values, 'table')).toThrow();
    },
  );
});

describe('two outputs into one file', () => {
  test.each([
    ['of the same name', ['csv=a', 'json=a']],
    ['by another way to it', [`csv=${at('a')}`, `json=${folder}/./b/../a`]],
    ['through a link', [`csv=${at('linked')}`, `json=${at('target')}`]],
    ['through a link to what is not there yet', [`csv=${at('early')}`, `json=${at('coming')}`]],
    ['through a linked folder', [`csv=${at('same/new')}`, `json=${at('new')}`]],
  ])('%s are refused', (_, values) => {
    writeFileSync(at('target'), '');
    rmSync(at('linked'), { force: true });
    rmSync(at('same'), { force: true });
    rmSync(at('early'), { force: true });
    symlinkSync('target', at('linked'));
    symlinkSync('.', at('same'));
    symlinkSync('coming', at('early'));
    expect(() => parseOutputs(values, 'table')).toThrow(UsageError);
    for (const name of ['target', 'linked', 'same', 'early']) rmSync(at(name));
  });

  test('are refused also where they come to one name only by what was collected', () => {
    const outputs = parseOutputs([`csv=${at('{cluster}')}`, `json=${at('local')}`, `html=${at('{cluster}.html')}`], 'table');
    expect(() => refuseOneFileTwice(outputs, nameValuesOf({ clusters: [], generated: '' }))).toThrow('two outputs go into the file');
    const clusters = [{ name: 'prod', uid: null, notRunning: { waiting: 0, terminated: 0 } }];
    refuseOneFileTwice(outputs, nameValuesOf({ clusters, generated: '' }));
  });
});

describe('an output that is an input', () => {
  const outputsOf = (...values: string[]) => parseOutputs(values, 'table');
  const inventories = () => [{ file: at('input.json'), isInventory: true }];
  beforeEach(() => {
    writeFileSync(at('input.json'), '{}');
    symlinkSync('input.json', at('link.json'));
  });
  afterEach(() => {
    for (const name of ['input.json', 'link.json']) rmSync(at(name));
  });

  test.each(['input.json', 'link.json', '{cluster}.json'])('is refused: %s', (name) => {
    const values = () => 'input';
    expect(() => refuseInputs(outputsOf(`csv=${at(name)}`), inventories(), values)).toThrow('this run reads that file');
    const pods = [{ file: at('input.json'), isInventory: false }];
    expect(() => refuseInputs(outputsOf(`inventory=${at(name)}`), pods, values)).toThrow(UsageError);
  });

  test('is taken where an inventory takes the place of one, where it is another file, and where nothing is lost', () => {
    refuseInputs(outputsOf(`inventory=${at('input.json')}`, `csv=${at('other.json')}`, 'csv'), inventories(), unfilled);
    refuseInputs(outputsOf('csv=/dev/null'), [{ file: '/dev/null', isInventory: true }], unfilled);
  });
});

describe('a file that ends in .gz', () => {
  const text = Array.from({ length: 200_000 }, (_, index) => `row ${index}\n`);

  test('is gzipped, and the same bytes come of the same text', async () => {
    await writeFileWhole(at('one.csv.gz'), 'csv', text, signal);
    await writeFileWhole(at('two.csv.gz'), 'csv', text, signal);
    const bytes = readFileSync(at('one.csv.gz'));
    expect(gunzipSync(bytes).toString()).toBe(text.join(''));
    expect(readFileSync(at('two.csv.gz')).equals(bytes)).toBe(true);
    // Deflate; no flags, so no name; and no time.
    expect([...bytes.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
  });

  test('that fails halfway leaves what was there', async () => {
    function* failing(): Generator<string> {
      yield* text;
      throw Object.assign(new Error('no more'), { code: 'EIO' });
    }
    await expect(writeFileWhole(at('one.csv.gz'), 'csv', failing(), signal)).rejects.toThrow('What was there is unchanged');
    expect(gunzipSync(readFileSync(at('one.csv.gz'))).toString()).toBe(text.join(''));
    expect(readdirSync(folder).sort()).toEqual(['one.csv.gz', 'two.csv.gz']);
    for (const name of ['one.csv.gz', 'two.csv.gz']) rmSync(at(name));
  });
});

describe('a file and its folder', () => {
  afterEach(() => vi.restoreAllMocks());

  /** The prototype of all open files. */
  async function spyOnSync() {
    const handle = await open(folder, 'r');
    await handle.close();
    return vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync');
  }

  test('are brought to the disk, in this order', async () => {
    const synced: string[] = [];
    (await spyOnSync()).mockImplementation(async function (this: FileHandle) {
      const isFolder = (await this.stat()).isDirectory();
      synced.push(`${isFolder ? 'folder' : 'file'} ${readdirSync(folder).includes('synced.csv') ? 'renamed' : 'temporary'}`);
    });
    await writeFileWhole(at('synced.csv'), 'csv', ['x'], signal);
    rmSync(at('synced.csv'));
    expect(synced).toEqual(['file temporary', 'folder renamed']);
  });

  test.each([
    ['EINVAL', null],
    ['EIO', 'It is there, and may be lost if the machine stops now.'],
  ])('where the folder answers %s', async (code, words) => {
    (await spyOnSync()).mockImplementation(async function (this: FileHandle) {
      if ((await this.stat()).isDirectory()) throw Object.assign(new Error(code), { code });
    });
    const writing = writeFileWhole(at('synced.csv'), 'csv', ['x'], signal);
    if (words === null) await writing;
    else await expect(writing).rejects.toThrow(words);
    expect(readFileSync(at('synced.csv'), 'utf8')).toBe('x');
    rmSync(at('synced.csv'));
  });
});

describe('a file', () => {
  test('is replaced whole; an inventory is for its owner alone', async () => {
    writeFileSync(at('report.csv'), 'old');
    await writeFileWhole(at('report.csv'), 'csv', ['new', 'er'], signal);
    await writeFileWhole(at('inventory.json'), 'inventory', ['{}'], signal);
    expect(readFileSync(at('report.csv'), 'utf8')).toBe('newer');
    expect(statSync(at('inventory.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['inventory.json', 'report.csv']);
  });

  test.each(['inventory', 'cyclonedx', 'lumogon'] as const)('of the whole Inventory is for its owner alone: %s', async (format) => {
    await writeFileWhole(at('whole.json'), format, ['{}'], signal);
    expect(statSync(at('whole.json')).mode & 0o777).toBe(0o600);
    rmSync(at('whole.json'));
  });

  test.each([0o600, 0o640, 0o664, 0o444])('keeps its mode: %o', async (mode) => {
    for (const [name, format] of [
      ['kept.csv', 'csv'],
      ['kept.json', 'inventory'],
    ] as const) {
      writeFileSync(at(name), 'old');
      chmodSync(at(name), mode);
      await writeFileWhole(at(name), format, ['new'], signal);
      expect([readFileSync(at(name), 'utf8'), statSync(at(name)).mode & 0o777]).toEqual(['new', mode]);
      rmSync(at(name));
    }
  });

  test.runIf(process.geteuid?.() === 0)('keeps its owner and its group', async () => {
    writeFileSync(at('kept.csv'), 'old');
    chownSync(at('kept.csv'), 65534, 12_345);
    await writeFileWhole(at('kept.csv'), 'csv', ['new'], signal);
    const { uid, gid } = statSync(at('kept.csv'));
    expect([uid, gid]).toEqual([65534, 12_345]);
    rmSync(at('kept.csv'));
  });

  test.runIf(process.geteuid?.() === 0)('gives a group that it cannot keep no more than everybody has', async () => {
    const handle = await open(folder, 'r');
    await handle.close();
    const chown = vi
      .spyOn(Object.getPrototypeOf(handle) as FileHandle, 'chown')
      .mockRejectedValue(Object.assign(new Error('not permitted'), { code: 'EPERM' }));
    onTestFinished(() => chown.mockRestore());
    writeFileSync(at('kept.csv'), 'old');
    chmodSync(at('kept.csv'), 0o664);
    chownSync(at('kept.csv'), 0, 12_345);
    await writeFileWhole(at('kept.csv'), 'csv', ['new'], signal);
    expect(statSync(at('kept.csv')).mode & 0o777).toBe(0o644);
    rmSync(at('kept.csv'));
  });

  test('that cannot be written leaves what was there, and nothing else', async () => {
    function* failing(): Generator<string> {
      yield 'begun';
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    await expect(writeFileWhole(at('report.csv'), 'csv', failing(), signal)).rejects.toThrow('What was there is unchanged');
    expect(readFileSync(at('report.csv'), 'utf8')).toBe('newer');
    expect(readdirSync(folder).sort()).toEqual(['inventory.json', 'report.csv']);
  });

  test('behind a link is replaced, and the link stays', async () => {
    symlinkSync('report.csv', at('latest.csv'));
    await writeFileWhole(at('latest.csv'), 'csv', ['newest'], signal);
    expect(lstatSync(at('latest.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('report.csv'), 'utf8')).toBe('newest');
  });

  test('behind a link that leads nowhere yet is made, and the link stays', async () => {
    symlinkSync('to-come.csv', at('next.csv'));
    await writeFileWhole(at('next.csv'), 'csv', ['first'], signal);
    expect(lstatSync(at('next.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('to-come.csv'), 'utf8')).toBe('first');
  });

  test.runIf(process.geteuid?.() === 0)("behind another user's link in a folder where everybody may write is left alone", async () => {
    const shared = at('shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    writeFileSync(at('precious'), 'old');
    symlinkSync(at('precious'), join(shared, 'report.csv'));
    lchownSync(join(shared, 'report.csv'), 65534, 65534);
    await expect(writeFileWhole(join(shared, 'report.csv'), 'csv', ['new'], signal)).rejects.toThrow('a link of another user');
    expect(readFileSync(at('precious'), 'utf8')).toBe('old');
    lchownSync(join(shared, 'report.csv'), 0, 0);
    await writeFileWhole(join(shared, 'report.csv'), 'csv', ['new'], signal);
    expect(readFileSync(at('precious'), 'utf8')).toBe('new');
  });

  test('that is a pipe is written into, not replaced', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = spawn('cat', [at('pipe')]);
    const chunks: Buffer[] = [];
    reader.stdout.on('data', (chunk) => chunks.push(chunk));
    await writeFileWhole(at('pipe'), 'csv', ['through the pipe'], signal);
    await new Promise((resolve) => reader.once('close', resolve));
    expect(Buffer.concat(chunks).toString()).toBe('through the pipe');
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
  });

  test('in a folder that is not there', async () => {
    await expect(writeFileWhole(at('no/such.csv'), 'csv', ['x'], signal)).rejects.toThrow(
      new CollectError(`Cannot write ${at('no/such.csv')}: there is no folder ${at('no')}.`),
    );
  });

  test('whose folder is none says what the system says, and not what it is called while it is written', async () => {
    writeFileSync(at('plain'), '');
    await expect(writeFileWhole(at('plain/report.csv'), 'csv', ['x'], signal)).rejects.toThrow(
      new CollectError(`Cannot write ${at('plain/report.csv')}: ENOTDIR: not a directory. What was there is unchanged.`),
    );
    rmSync(at('plain'));
  });
});

describe('an inventory that is none', () => {
  test.each([
    ['', 'it is empty'],
    ['{"schemaVersion": "0.1', 'it is no JSON'],
    ['[]', 'no schemaVersion'],
    ['null', 'no schemaVersion'],
    ['{"schemaVersion": 1}', 'its schemaVersion is no version such as 0.1.0'],
    ['{"schemaVersion": "1"}', 'its schemaVersion is no version such as 0.1.0'],
    ['{"schemaVersion": "0.1.0"}', 'is no inventory'],
    ['{"schemaVersion": "1.0.0"}', 'an inventory of schema 1.0.0; this supercargo reads 0.1'],
  ])('%s', async (text, words) => {
    writeFileSync(at('bad.json'), text);
    await expect(readInventory(at('bad.json'), signal)).rejects.toThrow(words);
  });

  test('a file that is not there', async () => {
    await expect(readInventory(at('nothing.json'), signal)).rejects.toThrow('no such file');
  });
});

describe('an inventory that holds together badly', () => {
  const [first, ...others] = inventory.containers;
  const withFirst = (more: object) => JSON.stringify({ ...inventory, containers: [{ ...first, ...more }, ...others] });
  const team = { name: null, status: 'owned', from: null, candidates: [], conflict: false, unasked: [] };

  test.each([
    ['an image that is not there', withFirst({ image: 99 }), 'points nowhere'],
    ['a negative position', withFirst({ os: -1 }), 'points nowhere'],
    ['a set named like a property of every object', withFirst({ scan: { ...first?.scan, packageSet: 'constructor' } }), 'points nowhere'],
    ['a package that is not there', JSON.stringify({ ...inventory, packageSets: { more: [99] }, containers: [] }), 'points nowhere'],
    ['half a position', withFirst({ image: 0.5 }), 'containers.0.image'],
    ['a container twice', JSON.stringify({ ...inventory, containers: [...inventory.containers, first] }), 'stands in it twice'],
    // A view would have ended in a stack trace.
    ['an owner without a name', withFirst({ team }), 'a team that contradicts itself'],
  ])('%s is refused', async (_, text, words) => {
    writeFileSync(at('bad.json'), text);
    await expect(readInventory(at('bad.json'), signal)).rejects.toThrow(words);
  });

  test('and one that holds together is read as it was written', async () => {
    await writeFileWhole(at('good.json'), 'inventory', inventoryFormatter.format(inventory), signal);
    expect(await readInventory(at('good.json'), signal)).toEqual(inventory);
  });
});

describe('durations', () => {
  const timeoutOf = (text: string) => addCollectFlags(new Command()).parse(['--timeout', text], { from: 'user' }).opts().timeout;

  // A timer of Node takes whole milliseconds: another number ended in a stack trace.
  test.each([
    ['30', 30_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['0.5ms', 1],
    ['1.0004s', 1001],
  ])('%s: %i ms', (text, milliseconds) => {
    expect(timeoutOf(text)).toBe(milliseconds);
  });
});

describe('the exit code', () => {
  const coverageOf = (complete: boolean, unread: number, unknownContainers = 0) =>
    ({
      complete,
      containers: { running: 100, unread, neverReadable: 0, tooNew: 0, partial: 0 },
      teams: { unknownContainers },
      sources: [] as Coverage['sources'],
    }) as Coverage;
  const strict = { allowIncomplete: false, maxUnread: null };

  test.each<[string, Coverage, object, number]>([
    ['complete', coverageOf(true, 0), {}, 0],
    ['incomplete', coverageOf(false, 3), {}, 3],
    ['incomplete, and allowed', coverageOf(false, 3), { allowIncomplete: true }, 0],
    ['no more unread than 3', coverageOf(false, 3), { maxUnread: parseMaxUnread('3') }, 0],
    ['more unread than 2', coverageOf(false, 3), { maxUnread: parseMaxUnread('2') }, 3],
    ['no more unread than 3%', coverageOf(false, 3), { maxUnread: parseMaxUnread('3%') }, 0],
    ['more unread than 2.5%', coverageOf(false, 3), { maxUnread: parseMaxUnread('2.5%') }, 3],
    ['owners that could not be asked are not forgiven', coverageOf(false, 0, 1), { maxUnread: parseMaxUnread('3') }, 3],
  ])('%s', (_, coverage, tolerance, code) => {
    expect(exitCodeOf(coverage, { ...strict, ...tolerance })).toBe(code);
  });

  test('a source that could not be asked is not forgiven: nobody knows how many containers that is', () => {
    const failed = { kind: 'docker', name: 'docker', version: null, containers: 0, error: 'It does not answer.' } as const;
    const coverage = { ...coverageOf(false, 0), sources: [failed] };
    expect(exitCodeOf(coverage, { ...strict, maxUnread: parseMaxUnread('100%') })).toBe(3);
  });

  test.each(['', 'x', '-1', '5 %', '1e3'])('--max-unread %j is refused', (text) => {
    expect(() => parseMaxUnread(text)).toThrow('--max-unread');
  });
});

describe('--rootfs', () => {
  test.each([
    ['/', '/', '/'],
    ['/srv/web/', '/srv/web', '/srv/web/'],
    ['web=/srv/web', 'web', '/srv/web'],
    ['a/b=c', 'a/b=c', 'a/b=c'],
  ])('%s', (value, name, path) => {
    expect(planOf({ rootfs: [value] }, defaultConfig).rootFolders).toEqual([{ name, path }]);
  });

  test('two folders of one name are refused', () => {
    expect(() => planOf({ rootfs: ['web=/a', 'web=/b'] }, defaultConfig)).toThrow('two folders are called web');
  });
});
