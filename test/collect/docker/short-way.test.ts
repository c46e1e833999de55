import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { planOf } from '../../../src/cli/flags/collect-flags.ts';
import { docker } from '../../../src/collect/docker.ts';
import type { Collected, Target } from '../../../src/collect/target.ts';
import { defaultConfig } from '../../../src/model/config.ts';
import { scanTarget } from '../../../src/scan/scan.ts';
import { createSharedReads } from '../../../src/scan/shared-reads.ts';
import { type FakeContainer, type FakeServer, fakeEngine, idOf, type Override, sendJson } from '../../fakes/engine.ts';
import { type MadeProc, type MadeProcess, makeProc } from '../node/made-proc.ts';
import { temporaryFolder } from './engine.ts';

const stanza = (name: string) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n`;
const filesWith = (name: string) => ({ '/var/lib/dpkg/status': stanza(name), '/etc/os-release': 'ID=debian\n' });
const cgroup = `/docker/${idOf('web')}`;
/** What the engine gives says so; what lies at the end of the short way says otherwise. */
const web: FakeContainer = { name: 'web', pid: 10, files: filesWith('by-engine') };
const itsProcess: MadeProcess = { cgroup, files: filesWith('by-short-way') };

interface Opened {
  readonly server: FakeServer;
  readonly target: Target;
}

async function open(
  proc: MadeProc,
  flags: { direct?: boolean; tcp?: boolean } = {},
  containers = [web],
  override?: Override,
): Promise<Opened> {
  const socket = flags.tcp ? null : join(await temporaryFolder(), 'docker.sock');
  const server = await fakeEngine(containers, override, socket);
  const dockerHost = socket === null ? `tcp://${server.address}` : `unix://${socket}`;
  const plan = planOf({ dockerHost, procRoot: proc.folder, ...(flags.direct !== undefined && { direct: flags.direct }) }, defaultConfig);
  const context = {
    plan,
    env: {},
    homeDirectory: '/nonexistent',
    stdin: () => process.stdin,
    signal: new AbortController().signal,
    note: () => {},
  };
  const { targets, close } = (await docker.collect(context)) as Collected;
  onTestFinished(() => {
    close();
    server.close();
  });
  return { server, target: targets[0] as Target };
}

async function packagesIn(target: Target): Promise<string[]> {
  const { contents } = await scanTarget(target, createSharedReads(), () => new Date(0));
  return contents.flatMap(({ packages }) => packages.map(({ name }) => name));
}

const archivesOf = ({ requests }: FakeServer) => requests.filter((request) => request.includes('/archive'));

describe('a file system that may never answer, on the way to a database', () => {
  const withoutRights = { Privileged: false, CapAdd: null, Devices: [] };

  async function packagesWith(facts: object, mount = '/var/lib/dpkg') {
    const proc = makeProc();
    proc.start(10, itsProcess);
    const root = join(proc.folder, '10/root');
    if (mount !== '/var/lib/dpkg') {
      renameSync(join(root, 'var/lib/dpkg'), join(root, mount));
      symlinkSync(mount, join(root, 'var/lib/dpkg'));
    }
    const mounts = `20 10 0:41 / / rw - overlay overlay rw\n30 20 0:50 / ${mount} rw - fuse.sshfs far rw\n`;
    writeFileSync(join(proc.folder, '10/mountinfo'), mounts);
    const state = { Running: true, StartedAt: '2026-11-23T00:00:00Z', Pid: 10 };
    const { target } = await open(proc, {}, [web], (request, response) => {
      if (!request.url?.endsWith(`/containers/${idOf('web')}/json`)) return false;
      sendJson(response, { State: state, ...facts });
      return true;
    });
    return packagesIn(target);
  }

  test.each([
    ['the engine mounted it', { HostConfig: withoutRights, Mounts: [{ Destination: '/var/lib/dpkg' }] }],
    ['the engine mounted something around it', { HostConfig: withoutRights, Mounts: [{ Destination: '/var' }] }],
    ['a link led it there when it was mounted', { HostConfig: withoutRights, Mounts: [{ Destination: '/srv/dpkg' }] }],
    ['it mounted something below a name with a line end', { HostConfig: withoutRights, Mounts: [{ Destination: '/usr/\nlib' }] }],
    ['the container is privileged', { HostConfig: { ...withoutRights, Privileged: true }, Mounts: [] }],
    ['it has a capability more', { HostConfig: { ...withoutRights, CapAdd: ['SYS_ADMIN'] }, Mounts: [] }],
    ['it has a device', { HostConfig: { ...withoutRights, Devices: [{ PathOnHost: '/dev/fuse' }] }, Mounts: null }],
    ['nobody tells', {}],
  ])('is left to the engine where %s', async (_, facts) => {
    expect(await packagesWith(facts)).toEqual(['by-engine']);
  });

  // Its root may do that whenever it likes.
  test('is left to the engine where a link leads to it', async () => {
    expect(await packagesWith({ HostConfig: withoutRights, Mounts: [{ Destination: '/data' }] }, '/data')).toEqual(['by-engine']);
  });

  // To have the kernel list them takes as long as all else.
  test.each([[[]], [null]])('is not looked for where there can be none: %j', async (Mounts) => {
    expect(await packagesWith({ HostConfig: withoutRights, Mounts })).toEqual(['by-short-way']);
  });
});

describe('where the engine is on this machine', () => {
  test('no file is fetched from it', async () => {
    const proc = makeProc();
    proc.start(10, itsProcess);
    const { server, target } = await open(proc);
    expect(await packagesIn(target)).toEqual(['by-short-way']);
    expect(archivesOf(server)).toEqual([]);
  });

  test('both ways come to the same', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup, files: web.files ?? {} });
    const [short, long] = [await open(proc), await open(proc, { direct: false })];
    const now = () => new Date(0);
    expect(await scanTarget(short.target, createSharedReads(), now)).toEqual(await scanTarget(long.target, createSharedReads(), now));
    expect(archivesOf(long.server)).not.toEqual([]);
  });
});

test.each([
  ['was set back by its container is told to have changed', '2020-01-01T00:00:00Z', true],
  ['is as old as it says is not', '9999-01-01T00:00:00Z', false],
])('a database whose time %s', async (_, created, drift) => {
  const proc = makeProc();
  proc.start(10, itsProcess);
  utimesSync(join(proc.folder, '10/root', 'var/lib/dpkg/status'), 1000, 1000);
  const { target } = await open(proc, {}, [{ ...web, created, changes: ['/var/lib/dpkg/status'] }]);
  expect(await scanTarget(target, createSharedReads(), () => new Date(0))).toMatchObject({ status: 'read', drift });
});

test.each([
  ['larger than what its container has of its own has not changed, though its image was unpacked anew', 0, false],
  ['no larger than that may have', 1_000_000, null],
])('a database %s', async (_, ownBytes, drift) => {
  const proc = makeProc();
  proc.start(10, itsProcess);
  utimesSync(join(proc.folder, '10/root', 'var/lib/dpkg/status'), 1000, 1000);
  const { target } = await open(proc, {}, [{ ...web, created: '2020-01-01T00:00:00Z', changes: [], ownBytes }]);
  expect(await scanTarget(target, createSharedReads(), () => new Date(0))).toMatchObject({ status: 'read', drift });
});

describe('by the engine', () => {
  test.each<[string, Record<number, MadeProcess>, Parameters<typeof open>[1]]>([
    ['when --no-direct says so', { 10: itsProcess }, { direct: false }],
    ['over TCP', { 10: itsProcess }, { tcp: true }],
    ['when there is no such process: it is of another machine', {}, {}],
    ['when that process is of another container', { 10: { ...itsProcess, cgroup: `/docker/${idOf('other')}` } }, {}],
    ['when that process is of none', { 10: { ...itsProcess, cgroup: '/system.slice/ssh.service' } }, {}],
    ['when it has the root of the machine', { 10: { cgroup, files: null } }, {}],
    ['when it changed its root', { 10: { ...itsProcess, chrooted: 'folder' } }, {}],
    ['in gVisor', { 10: { cgroup, name: 'exe', cmdline: 'runsc-sandbox' } }, {}],
  ])('%s', async (_, processes, flags) => {
    const proc = makeProc();
    for (const [pid, made] of Object.entries(processes)) proc.start(Number(pid), made);
    expect(await packagesIn((await open(proc, flags)).target)).toEqual(['by-engine']);
  });

  test('where the processes of the machine are not to be seen', async () => {
    const { target } = await open({ ...makeProc(), folder: '/nonexistent' });
    expect(await packagesIn(target)).toEqual(['by-engine']);
  });

  test('one file alone that is refused on the short way', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup, files: { '/etc/os-release': 'ID=debian\n', '/var/lib/dpkg/other': '' } });
    execFileSync('mkfifo', [join(proc.folder, '10/root', 'var/lib/dpkg/status')]);
    const { server, target } = await open(proc);
    expect(await packagesIn(target)).toEqual(['by-engine']);
    expect(new Set(archivesOf(server).map((request) => decodeURIComponent(request.split('path=')[1] as string)))).toEqual(
      new Set(['/var/lib/dpkg/status']),
    );
  });
});

describe('a place that cannot be looked at on the short way', () => {
  async function scanLooping(answer: Override) {
    const proc = makeProc();
    proc.start(10, itsProcess);
    symlinkSync('pacman', join(proc.folder, '10/root', 'var/lib/pacman'));
    const { target } = await open(proc, {}, [web], (request, response) =>
      request.url?.includes('pacman') ? answer(request, response) : false,
    );
    return scanTarget(target, createSharedReads(), () => new Date(0));
  }

  test('is asked of the engine', async () => {
    expect(await scanLooping(() => false)).toMatchObject({ status: 'read', databases: [{ path: '/var/lib/dpkg/status', packages: 1 }] });
  });

  test('is not asked of the engine where a link leads nowhere: of folders on the way that says less', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup, files: { '/etc/os-release': 'ID=debian\n', '/var/cache/x': '' } });
    symlinkSync('/data/lib', join(proc.folder, '10/root', 'var/lib'));
    const { server, target } = await open(proc);
    const result = await scanTarget(target, createSharedReads(), () => new Date(0));
    expect(result).toMatchObject({ status: 'unread', reason: 'failed', message: '/var/lib is a link to /data/lib, where nothing is.' });
    expect(archivesOf(server)).toEqual([]);
  });

  test('costs nothing else where the engine cannot either', async () => {
    const result = await scanLooping((_, response) => {
      sendJson(response, { message: 'too many links' }, 500);
      return true;
    });
    expect(result).toMatchObject({ status: 'partial', reason: 'failed' });
    expect(result.message).toContain('pacman');
    expect(result.databases.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/var/lib/dpkg/status read',
      '/var/lib/pacman/local unread',
    ]);
  });
});

describe('what changes meanwhile', () => {
  /** Does something when the container is looked at, after it was answered for so many times. */
  const onceRead = (target: Target, act: () => void): Target => {
    let isDone = false;
    return {
      ...target,
      confirm: () => {
        if (!isDone) act();
        isDone = true;
        return target.confirm();
      },
    };
  };
  const state = (running: boolean, pid: number) => ({ State: { Running: running, StartedAt: `2026-11-23T00:00:${pid}Z`, Pid: pid } });

  test('one that ends after it was read is gone', async () => {
    const proc = makeProc();
    proc.start(10, itsProcess);
    let now = state(true, 10);
    const { target } = await open(
      proc,
      {},
      [web],
      answering(() => now),
    );
    const ending = onceRead(target, () => {
      proc.end(10);
      now = state(false, 0);
    });
    expect(await scanTarget(ending, createSharedReads(), () => new Date(0))).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  test('one that is started anew is read anew, by its new process', async () => {
    const proc = makeProc();
    proc.start(10, itsProcess);
    let now = state(true, 10);
    const { target } = await open(
      proc,
      {},
      [web],
      answering(() => now),
    );
    const restarting = onceRead(target, () => {
      proc.end(10);
      proc.start(11, { cgroup, start: 200, files: filesWith('started-anew') });
      now = state(true, 11);
    });
    expect(await scanTarget(restarting, createSharedReads(), () => new Date(0))).toMatchObject({
      status: 'read',
      startedAt: '2026-11-23T00:00:11Z',
    });
    expect(await packagesIn(target)).toEqual(['started-anew']);
  });

  test('what a process of another container has is shared with nobody', async () => {
    const proc = makeProc();
    proc.start(10, itsProcess);
    const { target } = await open(proc);
    const taken: Target = {
      ...target,
      inspect: async () => {
        const inspection = await target.inspect();
        proc.end(10);
        proc.start(10, { cgroup: `/docker/${idOf('other')}`, start: 300, files: filesWith('of-another') });
        return inspection;
      },
    };
    const shared = createSharedReads();
    await scanTarget(taken, shared, () => new Date(0));
    const results = await Promise.all([...shared.begun.values()].map((read) => read.catch(() => null)));
    expect(JSON.stringify(results)).not.toContain('of-another');
  });

  function answering(answer: () => object): Override {
    return (request, response) => {
      if (!request.url?.endsWith(`${idOf('web')}/json`)) return false;
      sendJson(response, answer());
      return true;
    };
  }
});
