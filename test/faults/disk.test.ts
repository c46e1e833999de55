import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ok, run } from '../e2e/commands.ts';
import { dpkgStatus } from '../e2e/tiny-images.ts';
import { type FakeServer, fakeEngine } from '../fakes/engine.ts';
import { program } from '../program/program.ts';

/** A disk of 64 KiB, on which nothing of what is to be written has room. */
const diskSize = '64k';

let disk: string;
let engine: FakeServer;

beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'supercargo-full-'));
  await ok('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'supercargo-full', disk]);
  engine = await fakeEngine([{ name: 'large', files: { '/var/lib/dpkg/status': dpkgStatus(20_000, '1.0-1') } }]);
});

afterAll(async () => {
  engine.close();
  await ok('umount', [disk]);
  await rm(disk, { recursive: true });
});

const source = () => ['--source', 'docker', '--docker-host', `tcp://${engine.address}`];

describe('a full disk', () => {
  test.each([
    ['collect', 'inventory'],
    ['report', 'json'],
    ['report', 'csv'],
    ['report', 'html'],
  ])('under %s -o %s=FILE: exit 2, nothing printed, and what was there is there', async (command, format) => {
    const file = join(disk, `kept.${format}`);
    await writeFile(file, 'what was there');
    const { code, stdout, stderr } = await program([
      command,
      '-q',
      ...source(),
      '-o',
      `${format}=${file}`,
      ...(command === 'report' ? ['-o', 'table'] : []),
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`Cannot write ${file}`);
    expect(stderr).toContain('no space left on device');
    expect(stderr).toContain('What was there is unchanged.');
    expect(await readFile(file, 'utf8')).toBe('what was there');
    expect(await readdir(disk)).toEqual([`kept.${format}`]);
    await rm(file);
  });

  test('under the cache costs time, and nothing else', async () => {
    await mkdir(join(disk, 'cache'));
    const withCache = await program(['collect', '-q', ...source()], undefined, { XDG_CACHE_HOME: join(disk, 'cache') });
    const without = await program(['collect', '-q', '--no-cache', ...source()]);
    expect([withCache.code, withCache.stderr]).toEqual([0, '']);
    const contentOf = (text: string) => JSON.parse(text).contentDigest;
    expect(contentOf(withCache.stdout)).toBe(contentOf(without.stdout));
    const left = await readdir(join(disk, 'cache'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
    await rm(join(disk, 'cache'), { recursive: true });
  });
});

test('stdout that nothing can be written to: exit 2, and said', async () => {
  const command = `"${process.execPath}" dist/supercargo.js collect -q ${source().join(' ')} >/dev/full`;
  const { code, stderr } = await run('sh', ['-c', command], { env: { KUBECONFIG: '', HOME: '/nonexistent' } });
  expect(code).toBe(2);
  expect(stderr).toContain('Cannot write to stdout');
});
