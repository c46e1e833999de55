import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planOf } from '../../src/cli/flags/collect-flags.ts';
import { node } from '../../src/collect/node.ts';
import { type Collected, type Target, UnreadableError } from '../../src/collect/target.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { Parser } from '../../src/parse/parser.ts';
import { parsers } from '../../src/parse/parsers.ts';
import { scanTarget } from '../../src/scan/scan.ts';
import { createSharedReads } from '../../src/scan/shared-reads.ts';
import { idOf } from '../fakes/engine.ts';
import { type MadeProc, type MadeProcess, makeProc } from './node/made-proc.ts';

const status = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n';
const debian = { '/var/lib/dpkg/status': status };
const other = { '/var/lib/dpkg/status': status.replace('bash', 'other') };
const uid = '0f5a1b2c-3d4e-5f60-7182-93a4b5c6d7e8';
const web = `/docker/${idOf('web')}`;

function collect({ folder }: MadeProc, env: Record<string, string> = { NODE_NAME: 'node-1' }): Promise<Collected> {
  const plan = planOf({ source: ['node'], procRoot: folder }, defaultConfig);
  const context = {
    plan,
    env,
    homeDirectory: '/nonexistent',
    stdin: () => process.stdin,
    signal: new AbortController().signal,
    note: () => {},
  };
  return node.collect(context) as Promise<Collected>;
}

async function collectOne(proc: MadeProc): Promise<Target> {
  const { targets } = await collect(proc);
  expect(targets).toHaveLength(1);
  return targets[0] as Target;
}

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

const scan = (target: Target) => scanTarget(target, createSharedReads(), () => new Date(0));

async function packagesIn(target: Target): Promise<string[]> {
  const { contents } = await scan(target);
  return contents.flatMap(({ packages }) => packages.map(({ name }) => name));
}

async function scanOf(process: MadeProcess) {
  const proc = makeProc();
  proc.start(10, process);
  return scan(await collectOne(proc));
}

test('what is mounted from elsewhere, and may never answer, is not looked into', async () => {
  const proc = makeProc();
  proc.start(10, { cgroup: web, files: { ...debian, '/usr/lib/os-release': 'ID=debian\n' } });
  const mounts = '20 10 0:41 / / rw - overlay overlay rw\n30 20 0:50 / /var/lib/dpkg rw shared:1 - fuse.sshfs far rw\n';
  writeFileSync(join(proc.folder, '10/mountinfo'), mounts);
  const found = await scan(await collectOne(proc));
  expect(found).toMatchObject({ status: 'unread', reason: 'failed' });
  expect(found.message).toBe('Cannot read /var/lib/dpkg: its file system (fuse.sshfs) may never answer.');
});

describe('what there is', () => {
  test('containers of every runtime, and none of the machine itself', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web });
    proc.start(11, { cgroup: `/kubepods/besteffort/pod${uid}/${idOf('pod')}` });
    proc.start(12, { cgroup: '/system.slice/ssh.service', files: null });
    proc.start(13, { cgroup: `/system.slice/crio-conmon-${idOf('pod')}.scope`, files: null });
    const { source, targets } = await collect(proc);
    expect(source).toEqual({ kind: 'node', name: 'node-1', version: null, containers: 2, error: null });
    expect(targets.map(({ container }) => container)).toEqual([
      { id: idOf('web'), name: idOf('web').slice(0, 12), runtime: 'docker', labels: null, image: null, pod: null, isPause: false },
      {
        ...{ id: idOf('pod'), name: idOf('pod').slice(0, 12), runtime: null, labels: null, image: null, isPause: false },
        pod: { uid, namespace: null, name: null, container: null },
      },
    ]);
  });

  test.each([1, 2] as const)('our own container, and what is beside it, from within a namespace: by process %d', async (shownBy) => {
    const proc = makeProc();
    const pod = `/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice`;
    proc.enterNamespace(`${pod}/cri-containerd-${idOf('agent')}.scope`, shownBy);
    proc.start(10, { cgroup: '/', files: debian });
    proc.start(11, { cgroup: `/../cri-containerd-${idOf('beside')}.scope`, files: other });
    proc.start(12, { cgroup: '/../../../system.slice/ssh.service', files: null });
    const { targets } = await collect(proc);
    const pods = targets.map(({ container }) => [container.id, container.runtime, container.pod?.uid]);
    expect(pods).toEqual([
      [idOf('agent'), 'containerd', uid],
      [idOf('beside'), 'containerd', uid],
    ]);
    expect(await packagesIn(targets[0] as Target)).toEqual(['bash']);
  });

  test('a namespace whose groups may not be seen is left as it is', async () => {
    const proc = makeProc();
    proc.enterNamespace(`/docker/${idOf('agent')}`);
    rmSync(join(proc.folder, '1/root', 'sys'), { recursive: true });
    proc.start(10, { cgroup: '/' });
    proc.start(11, { cgroup: `/../${idOf('web')}` });
    expect((await collectOne(proc)).container.id).toBe(idOf('web'));
  });

  test('nor is our own container found among more groups than are looked through', async () => {
    const proc = makeProc();
    proc.enterNamespace(`/docker/${idOf('agent')}`);
    for (let at = 0; at <= 20_000; at++) mkdirSync(join(proc.folder, '1/root', `sys/fs/cgroup/made-${at}`));
    proc.start(10, { cgroup: '/' });
    proc.start(11, { cgroup: `/../${idOf('web')}` });
    expect((await collectOne(proc)).container.id).toBe(idOf('web'));
  });

  test('since when a container runs', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, start: 12_345 });
    expect(await (await collectOne(proc)).inspect()).toEqual({ startedAt: '2023-11-14T22:15:23.450Z', createdAt: null });
  });

  test('a folder that is not there is wrong use', async () => {
    await expect(collect({ ...makeProc(), folder: '/nonexistent' })).rejects.toThrow('--proc-root');
  });

  test.each<[string, MadeProcess, boolean]>([
    ['a lone process called pause', { cgroup: web, name: 'pause', files: { '/pause': 'x' } }, true],
    ['a program /pause', { cgroup: web, name: 'x', exe: '/pause', files: { '/pause': 'x' } }, true],
    ['another program', { cgroup: web, exe: '/bin/pause2', files: { '/pause': 'x' } }, false],
    ['a program that only calls itself so', { cgroup: web, name: 'pause', files: debian }, false],
  ])('%s: a pause container? %#', async (_, process, isPause) => {
    const proc = makeProc();
    proc.start(10, process);
    const { source, targets } = await collect(proc);
    expect(targets[0]?.container.isPause).toBe(isPause);
    expect(source.containers).toBe(isPause ? 0 : 1);
  });

  // The folders by which it is told know nothing of the parsers: one that looked elsewhere would have what it reads hidden by a name.
  test.each(Object.values<Parser>(parsers).flatMap(({ locations }) => locations.map((at) => ('path' in at ? at.path : at.directory))))(
    'none is one that has a database at %s',
    async (path) => {
      const proc = makeProc();
      proc.start(10, { cgroup: web, name: 'pause', files: { [path]: 'x' } });
      expect((await collectOne(proc)).container.isPause).toBe(false);
    },
  );

  // Neither a link nor readable as text: the file system refuses it for a reason that no process is expected to give.
  test.each<[string, (folder: string) => void]>([
    ['program', (folder) => writeFileSync(join(folder, 'exe'), '')],
    ['control group', (folder) => replaceByFolder(join(folder, 'cgroup'))],
    ['state', (folder) => replaceByFolder(join(folder, 'stat'))],
    ['status', (folder) => replaceByFolder(join(folder, 'status'))],
    ['mounts', (folder) => replaceByFolder(join(folder, 'mountinfo'))],
  ])('a process whose %s cannot be read costs nobody else', async (_, damage) => {
    const proc = makeProc();
    // Of two processes that were started together it counts which one is the first inside.
    for (const pid of [10, 11]) proc.start(pid, { cgroup: web, files: debian });
    proc.start(20, { cgroup: `/docker/${idOf('cart')}`, files: other });
    damage(join(proc.folder, '10'));
    const { targets } = await collect(proc);
    const cart = targets.find(({ container }) => container.id === idOf('cart')) as Target;
    expect(await packagesIn(cart)).toEqual(['other']);
  });

  test('a container whose root comes late among its mounts is read', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, files: debian });
    const mounts = Array.from({ length: 100 }, (_, i) => `${30 + i} 20 0:42 / /volume-${i} rw - ext4 /dev/sda1 rw\n`);
    writeFileSync(join(proc.folder, '10/mountinfo'), [...mounts, '20 10 0:41 / / rw - overlay overlay rw\n'].join(''));
    expect(await packagesIn(await collectOne(proc))).toEqual(['bash']);
  });

  test('one that hides its folders is none, and unread', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, name: 'pause', files: debian });
    symlinkSync('usr', join(proc.folder, '10/root', 'usr'));
    const target = await collectOne(proc);
    expect(target.container.isPause).toBe(false);
    await expect(target.stat('/usr/lib/os-release')).rejects.toThrow(UnreadableError);
  });

  test('of several processes none is a pause container', async () => {
    const proc = makeProc();
    for (const pid of [10, 11]) proc.start(pid, { cgroup: web, name: 'pause' });
    expect((await collectOne(proc)).container.isPause).toBe(false);
  });
});

describe('the first process shows the root', () => {
  test.each<[string, Record<number, MadeProcess>]>([
    ['it was started first', { 20: { cgroup: web, start: 100, files: debian }, 10: { cgroup: web, start: 200, files: other } }],
    [
      'at the same time, and is the first inside',
      { 20: { cgroup: web, pids: [20, 1], files: debian }, 10: { cgroup: web, pids: [10, 7], files: other } },
    ],
    [
      'at the same time, and all count the pids of the machine',
      { 10: { cgroup: web, pids: [10], files: debian }, 20: { cgroup: web, pids: [20], files: other } },
    ],
    ['a zombie has none', { 10: { cgroup: web, start: 1, state: 'Z', files: other }, 20: { cgroup: web, start: 100, files: debian } }],
    [
      'it is not in a group below that only says so',
      {
        20: { cgroup: web, start: 100, files: debian },
        10: { cgroup: `/docker/${idOf('x')}/docker/${idOf('web')}`, start: 1, files: other },
      },
    ],
  ])('%s', async (_, processes) => {
    const proc = makeProc();
    for (const [pid, process] of Object.entries(processes)) proc.start(Number(pid), process);
    expect(await packagesIn(await collectOne(proc))).toEqual(['bash']);
  });
});

describe('what cannot be looked into', () => {
  test.each<[string, MadeProcess, string]>([
    ['gVisor', { cgroup: web, name: 'exe', cmdline: 'runsc-sandbox' }, 'sandboxed'],
    [
      'Kata with QEMU',
      { cgroup: `/kubepods/pod${uid}/kata_${idOf('web')}`, cmdline: '/usr/bin/qemu-system-x86_64', files: null },
      'sandboxed',
    ],
    ['Kata with Cloud Hypervisor', { cgroup: web, cmdline: '/opt/kata/bin/cloud-hypervisor', files: null }, 'sandboxed'],
    ['a first process that went into a folder', { cgroup: web, chrooted: 'folder', files: debian }, 'failed'],
    ['a first process that went into a volume', { cgroup: web, chrooted: 'volume', files: debian }, 'failed'],
    ['a first process that went to the root of the machine', { cgroup: web, cmdline: 'nsenter', files: null }, 'failed'],
  ])('%s', async (_, process, reason) => {
    expect(await scanOf(process)).toMatchObject({ status: 'unread', reason });
  });

  test('QEMU in a container is a program like any other', async () => {
    expect(await scanOf({ cgroup: web, cmdline: '/usr/bin/qemu-system-x86_64', files: debian })).toMatchObject({ status: 'read' });
  });

  // Root may look into everything, but where /proc itself says no.
  test.runIf(process.getuid?.() !== 0)('a root that may not be looked into', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web });
    const target = await collectOne(proc);
    chmodSync(join(proc.folder, '10'), 0o600);
    expect(await scan(target)).toMatchObject({ status: 'unread', reason: 'forbidden' });
    chmodSync(join(proc.folder, '10'), 0o700);
  });

  test('one that is being set up is waited for', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, name: 'runc:[2:INIT]', cmdline: '', files: null });
    const target = await collectOne(proc);
    setTimeout(() => {
      proc.end(10);
      proc.start(10, { cgroup: web, files: debian });
    }, 150);
    expect(await packagesIn(target)).toEqual(['bash']);
  });
});

test.runIf(existsSync('/proc/self/fd'))('no descriptor stays open, however a scan ends', async () => {
  const count = () => readdirSync('/proc/self/fd').length;
  const before = count();
  const damaged = { '/var/lib/dpkg/status': 'garbage', '/lib/apk/db/installed/x': '', '/etc/os-release/x': '' };
  for (const files of [debian, damaged, {}]) await scanOf({ cgroup: web, files });
  await scanOf({ cgroup: web, cmdline: 'nsenter', files: null });
  expect(count()).toBe(before);
});

describe('what changes meanwhile', () => {
  test('a container that ended before it was looked into', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, files: debian });
    const target = await collectOne(proc);
    proc.end(10);
    expect(await scan(target)).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  test.each<[string, MadeProcess]>([
    ['another container', { cgroup: `/docker/${idOf('new')}`, files: other }],
    ['the machine', { cgroup: '/system.slice/ssh.service', files: null }],
  ])('its pid is given to a process of %s', async (_, process) => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, files: debian });
    const target = await collectOne(proc);
    proc.end(10);
    proc.start(10, process);
    expect(await scan(target)).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  test('one that was started anew is read by its new process', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, start: 1, files: other });
    const target = await collectOne(proc);
    proc.end(10);
    proc.start(11, { cgroup: web, start: 2, files: debian });
    expect(await packagesIn(target)).toEqual(['bash']);
  });

  /** Does something after the first file of the container was opened, and before it is looked at again. */
  function meanwhile(target: Target, act: () => void): Target {
    let isFirst = true;
    return {
      ...target,
      open: async (path, maxBytes) => {
        const file = await target.open(path, maxBytes);
        if (isFirst) act();
        isFirst = false;
        return file;
      },
    };
  }

  test('one that ends while it is read is gone', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, files: debian });
    const target = meanwhile(await collectOne(proc), () => proc.end(10));
    expect(await scan(target)).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  test('one that is started anew while it is read is read anew', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, start: 1, files: other });
    const target = meanwhile(await collectOne(proc), () => {
      proc.end(10);
      proc.start(11, { cgroup: web, start: 2, files: debian });
    });
    expect(await packagesIn(target)).toEqual(['bash']);
  });

  test('the root is held: what another process has under the same pid is not read', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: web, start: 1, files: debian });
    const target = await collectOne(proc);
    await target.inspect();
    proc.end(10);
    proc.start(10, { cgroup: `/docker/${idOf('new')}`, start: 2, files: other });
    await expect(target.open('/var/lib/dpkg/status', 1000)).rejects.toThrow('it is not there');
    await expect(target.readFolder('/var/lib/dpkg', () => true, 1000)).rejects.toThrow('it is not there');
    expect(await target.confirm()).toBe(false);
    target.release();
  });
});
