import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ContainerProcess } from '../../../src/collect/node/proc.ts';
import { checkRoot } from '../../../src/collect/node/root.ts';

const hasMounts = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

/** A root as a runtime makes it, of mounts that go with their process, with a volume that has all that a program needs. */
const enterRoot = `
  set -e
  fill() { for name in bin lib lib64 usr; do [ ! -e /$name ] || { mkdir $1/$name && mount --bind /$name $1/$name; }; done; }
  mount --make-rprivate /
  mount -t tmpfs none . && cd -P "$PWD"
  mkdir old volume folder proc
  fill . && mount --bind /proc proc
  mount -t tmpfs none volume
  fill volume
  fill folder
  pivot_root . old && cd /`;

async function start(script: string): Promise<ContainerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-root-'));
  const app = spawn('unshare', ['-m', 'sh', '-c', `${enterRoot}\n${script}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const exit = once(app, 'exit');
  onTestFinished(async () => {
    app.kill();
    await exit;
    rmSync(folder, { recursive: true });
  });
  await vi.waitFor(() => expect(readFileSync(`/proc/${app.pid}/comm`, 'latin1')).toBe('sleep\n'), 5000);
  const container = { id: 'a'.repeat(64), runtime: null, podUid: null, depth: 1 };
  return { pid: app.pid as number, name: 'sleep', state: 'S', startTicks: 1, container };
}

test.runIf(hasMounts)('a root of mounts of its own', async () => {
  expect(checkRoot('/proc', await start('umount -l /old; exec sleep 60'))).toBe('own');
});

test.runIf(hasMounts).each([
  ['a folder', 'umount -l /old; exec chroot /folder sleep 60'],
  ['a volume', 'umount -l /old; exec chroot /volume sleep 60'],
])('of a process that went into %s nobody says that it shows the container', async (_, script) => {
  const proc = await start(script);
  expect(() => checkRoot('/proc', proc)).toThrow('has left the root of the container for a folder in it');
});

test.runIf(hasMounts)('of one that went back to the machine neither', async () => {
  const proc = await start('exec chroot /old sleep 60');
  expect(() => checkRoot('/proc', proc)).toThrow('has left the root of the container for that of the machine');
});
