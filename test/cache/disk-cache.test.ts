import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clearCache, measureCache, openDiskCache } from '../../src/cache/disk-cache.ts';

vi.mock('node:fs/promises', async (load) => {
  const actual = await load<typeof import('node:fs/promises')>();
  return { ...actual, utimes: vi.fn(actual.utimes) };
});

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'supercargo-cache-')), 'inner');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const open = (more: { reader?: string; maxBytes?: number } = {}) =>
  openDiskCache({ folder, reader: 'a program', maxBytes: 1_000_000, ...more });

/** The file of the only entry. */
function onlyFile(): string {
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name as string);
}

/** What is kept of a database. */
const resultOf = (name: string) => ({
  ...{ scan: { status: 'read' }, diagnostics: [], mayHaveBeside: [] },
  content: { type: 'deb', packages: [{ name, version: null }] },
});
const result = resultOf('bäsh');

test('what was put is there, for the next run too', async () => {
  await open().put('key', result);
  expect(await open().get('key')).toEqual(result);
  expect(await open().get('another key')).toBeNull();
});

test('also where it cannot be noted that it was used: in a cache that may only be read', async () => {
  await open().put('key', result);
  vi.mocked(utimes).mockRejectedValueOnce(Object.assign(new Error('read-only file system'), { code: 'EROFS' }));
  expect(await open().get('key')).toEqual(result);
  expect(utimes).toHaveBeenCalled();
});

test('what another program read is not', async () => {
  await open({ reader: 'an older one' }).put('key', result);
  expect(await open().get('key')).toBeNull();
});

test('only the user may read it', async () => {
  await open().put('key', result);
  expect([statSync(folder).mode & 0o777, statSync(onlyFile()).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('the system of an os-release is kept, too', async () => {
  const system = { id: 'debian', idLike: [], versionId: null, name: 'Debian' };
  await open().put('key', system);
  expect(await open().get('key')).toEqual(system);
});

test.each([
  5,
  'text',
  [],
  {},
  { ...result, content: 'x' },
  { ...result, diagnostics: null },
  { id: 1, idLike: [], versionId: null, name: null },
])('what has another form is no entry: %j', async (value) => {
  await open().put('key', value);
  expect(await open().get('key')).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

describe('a damaged entry is none', () => {
  test('whichever byte is another', async () => {
    await open().put('key', result);
    const bytes = readFileSync(onlyFile());
    for (let position = 0; position < bytes.length; position++) {
      const damaged = Buffer.from(bytes);
      damaged[position] = (damaged[position] as number) ^ 1;
      await open().put('key', result);
      writeFileSync(onlyFile(), damaged);
      expect(await open().get('key'), `byte ${position}`).toBeNull();
    }
  });

  test('wherever it ends', async () => {
    await open().put('key', result);
    const bytes = readFileSync(onlyFile());
    for (let end = 0; end < bytes.length; end++) {
      await open().put('key', result);
      writeFileSync(onlyFile(), bytes.subarray(0, end));
      expect(await open().get('key'), `end ${end}`).toBeNull();
    }
  });

  test('nor is one that lies in the place of another', async () => {
    await open().put('key', result);
    const bytes = readFileSync(onlyFile());
    await clearCache(folder);
    await open().put('another key', result);
    writeFileSync(onlyFile(), bytes);
    expect(await open().get('another key')).toBeNull();
  });
});

test('runs side by side do not disturb each other', async () => {
  const caches = Array.from({ length: 8 }, () => open());
  await Promise.all(caches.flatMap((cache) => Array.from({ length: 20 }, (_, i) => cache.put(`key ${i}`, { ...result, i }))));
  for (let i = 0; i < 20; i++) expect(await open().get(`key ${i}`)).toEqual({ ...result, i });
  expect(readdirSync(folder)).toHaveLength(20);
});

test('it is bounded: what was longest not used goes', async () => {
  const cache = open({ maxBytes: 3000 });
  for (const key of ['a', 'b', 'c', 'd']) await cache.put(key, resultOf('x'.repeat(800)));
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1000, 1000);
  await cache.get('b');
  await cache.prune();
  expect((await measureCache(folder)).bytes).toBeLessThanOrEqual(3000);
  expect(await cache.get('b')).toEqual(resultOf('x'.repeat(800)));
});

test('what alone would push out all others is not kept', async () => {
  await open().put('small', result);
  await open().put('large', 'x'.repeat(32 * 1024 * 1024));
  expect(await open().get('large')).toBeNull();
  expect(await open().get('small')).toEqual(result);
});

test('what a run left behind that was ended goes with the rest, and what is of somebody else stays', async () => {
  await open().put('key', result);
  const leftBehind = `${onlyFile()}.0123456789ab.tmp`;
  writeFileSync(leftBehind, 'half');
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  expect((await measureCache(folder)).entries).toBe(1);
  utimesSync(leftBehind, 1000, 1000);
  await clearCache(folder);
  expect(readdirSync(folder)).toEqual(['notes.txt']);
});

describe('a folder that cannot be used costs nothing but time', () => {
  test('a file in its place', async () => {
    writeFileSync(folder, '');
    await open().put('key', result);
    expect(await open().get('key')).toBeNull();
    expect(await measureCache(folder)).toEqual({ entries: 0, bytes: 0 });
  });

  test('one whose home is not there', async () => {
    const nowhere = openDiskCache({ folder: join(folder, 'nowhere', 'supercargo'), reader: 'x', maxBytes: 1 });
    await nowhere.put('key', result);
    expect(await nowhere.get('key')).toBeNull();
    await nowhere.prune();
    expect(existsSync(folder)).toBe(false);
  });

  test('one without rights', async () => {
    await open().put('key', result);
    chmodSync(onlyFile(), 0o000);
    // root reads all the same: what counts is that nothing is thrown.
    await expect(open().get('key')).resolves.toSatisfy((value) => value === null || JSON.stringify(value) === JSON.stringify(result));
  });
});
