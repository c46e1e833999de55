import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeContainer, type FakeServer, fakeEngine } from '../fakes/engine.ts';
import { program } from './program.ts';

const stanza = (version: string) => `Package: bash\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`;
const web = (version: string, more: Partial<FakeContainer> = {}): FakeContainer => ({
  name: 'web',
  files: { '/var/lib/dpkg/status': stanza(version), '/etc/os-release': 'ID=debian\n' },
  ...more,
});

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'supercargo-home-'));
});
afterEach(() => rm(home, { recursive: true }));

const folder = () => join(home, 'supercargo');

/** The versions of bash that a run finds, and the archives that it asks for. */
const run = (container: FakeContainer, ...flags: readonly string[]) => runAll([container], ...flags);

async function runAll(containers: readonly FakeContainer[], ...flags: readonly string[]) {
  const engine: FakeServer = await fakeEngine(containers);
  const args = ['report', '-o', 'csv', '--source', 'docker', '--docker-host', `tcp://${engine.address}`, '-q', ...flags];
  const { code, stdout, stderr } = await program(args, undefined, { XDG_CACHE_HOME: home });
  engine.close();
  expect([code, stderr]).toEqual([0, '']);
  const versions = stdout.split('\n').flatMap((line) => (line.startsWith('bash,') ? [line.split(',')[1]] : []));
  const count = (pattern: RegExp) => engine.requests.filter((request) => pattern.test(request)).length;
  return { versions, archives: count(/^GET .*\/archive/), changes: count(/\/changes$/), sizes: count(/\?size=1$/) };
}

describe('the second run', () => {
  test('reads nothing that did not change', async () => {
    expect(await run(web('5.1'))).toMatchObject({ versions: ['5.1'], archives: 2 });
    expect(await run(web('5.1'))).toMatchObject({ versions: ['5.1'], archives: 0 });
    expect(await run(web('5.1'), '--no-cache')).toMatchObject({ versions: ['5.1'], archives: 2 });
  });

  test.each([
    ['size', web('5.1.1')],
    ['time', web('5.2', { modified: '2026-01-02T00:00:00.5Z' })],
    ['time, by a millionth of a second', web('5.2', { modified: '2026-01-01T00:00:00.000001Z' })],
  ])('never takes a database of another %s from the cache', async (_, changed) => {
    await run(web('5.1'));
    const version = /Version: (.*)/.exec(changed.files?.['/var/lib/dpkg/status'] ?? '')?.[1];
    expect((await run(changed)).versions).toEqual([version]);
  });

  test('never takes that of another image, whatever its tag', async () => {
    await run(web('5.1'));
    expect((await run(web('5.2', { image: 'another' }))).versions).toEqual(['5.2']);
  });

  test('reads anew what is damaged in the cache', async () => {
    await run(web('5.1'));
    for (const name of await readdir(folder())) {
      const path = join(folder(), name);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('5.1', '6.6'));
    }
    expect(await run(web('5.1'))).toMatchObject({ versions: ['5.1'], archives: 1 });
    expect(await run(web('5.1'))).toMatchObject({ versions: ['5.1'], archives: 0 });
  });
});

describe('containers of one image', () => {
  const many = (count: number, version = '5.1') =>
    Array.from({ length: count }, (_, i) => web(version, { name: `web-${String(i).padStart(2, '0')}`, image: 'web' }));
  /** Its database has the size and the time of the image's, and lies in its own layer. */
  const forger = (name: string) => web('6.6', { name, image: 'web', ownBytes: stanza('6.6').length });

  test('are read once, and of the one that lends it is asked whose its files are', async () => {
    expect(await runAll(many(20), '--no-cache')).toEqual({ versions: ['5.1'], archives: 2, changes: 0, sizes: 2 });
  });

  test('are not asked whose their files are where nothing is shared', async () => {
    const own = many(20).map((container) => ({ ...container, image: container.name }));
    expect(await runAll(own, '--no-cache')).toEqual({ versions: ['5.1'], archives: 40, changes: 0, sizes: 0 });
  });

  test('are read one by one where each has more of its own than the file is large', async () => {
    const written = many(5).map((container) => ({ ...container, ownBytes: 1_000_000 }));
    expect(await runAll(written)).toMatchObject({ versions: ['5.1'], archives: 10 });
    expect(await runAll(written)).toMatchObject({ versions: ['5.1'], archives: 0 });
    expect(await runAll(many(6).slice(5))).toMatchObject({ versions: ['5.1'], archives: 2 });
  });

  test.each([
    ['first', [forger('forger'), ...many(3)]],
    ['last', [...many(3), forger('forger')]],
  ])('one that forges its database, of the same size and time, does not speak for the others: it is listed %s', async (_, containers) => {
    expect((await runAll(containers)).versions).toContain('5.1');
    expect((await runAll(many(1))).versions).toEqual(['5.1']);
  });

  test('a forged database is not kept for the next run', async () => {
    expect((await runAll([forger('forger')])).versions).toEqual(['6.6']);
    expect((await runAll(many(1))).versions).toEqual(['5.1']);
  });
});

test('is not read, nor written, where others may write, and that is said', async () => {
  await run(web('5.1'));
  await chmod(folder(), 0o777);
  const before = await readdir(folder());
  const engine = await fakeEngine([web('5.1')]);
  const args = ['report', '-o', 'csv', '--source', 'docker', '--docker-host', `tcp://${engine.address}`];
  const { code, stderr } = await program(args, undefined, { XDG_CACHE_HOME: home });
  engine.close();
  expect(code).toBe(0);
  expect(stderr.split('\n').filter((line) => line.startsWith(`The cache ${folder()} is not used`))).toHaveLength(1);
  expect(engine.requests.filter((request) => /^GET .*\/archive/.test(request))).toHaveLength(2);
  expect(await readdir(folder())).toEqual(before);
});

test('supercargo cache says where it is, and removes it', async () => {
  await run(web('5.1'));
  const show = () => program(['cache'], undefined, { XDG_CACHE_HOME: home });
  expect((await show()).stdout).toBe(`${folder()}: 2 entries, 0.0 MiB of at most 256\n`);
  expect((await program(['cache', 'clear'], undefined, { XDG_CACHE_HOME: home })).stdout).toBe(
    `${folder()}: 0 entries, 0.0 MiB of at most 256\n`,
  );
  expect(await readdir(folder())).toEqual([]);
});

test('a place where no folder can be is told of, and is no bug', async () => {
  const { code, stdout, stderr } = await program(['cache', 'clear'], undefined, { XDG_CACHE_HOME: '/dev/null' });
  expect([code, stdout, stderr]).toEqual([2, '', 'Cannot clear the cache /dev/null/supercargo: there is no such folder.\n']);
});

test('where there is no place for it nothing is kept, and supercargo cache says so', async () => {
  const { code, stdout, stderr } = await program(['cache'], undefined, { XDG_CACHE_HOME: '', HOME: '' });
  expect([code, stdout, stderr]).toEqual([2, '', 'Nothing is kept: there is no home folder, and XDG_CACHE_HOME names no other place.\n']);
});
