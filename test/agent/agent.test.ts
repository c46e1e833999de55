import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AgentReport, runAgent } from '../../src/agent/agent.ts';
import { createLooker, maxHeldCharacters } from '../../src/agent/looker.ts';
import { openMachine } from '../../src/collect/node.ts';
import { lastWholeIn } from '../../src/collect/snapshot/frames.ts';
import { unpackSnapshot } from '../../src/collect/snapshot/text.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { scanTarget } from '../../src/scan/scan.ts';
import { type MadeProc, makeProc } from '../collect/node/made-proc.ts';
import { idOf } from '../fakes/engine.ts';

vi.mock('../../src/scan/scan.ts', { spy: true });
vi.mock('node:fs', { spy: true });

const stanza = (name: string) => `Package: ${name}\nStatus: install ok installed\nVersion: 1-1\nArchitecture: all\n`;
const description = (name: string) => `%NAME%\n${name}\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n\n`;
const debian = { '/etc/os-release': 'ID=debian\n', '/var/lib/dpkg/status': stanza('bash') };
const inContainer = (name: string, files: Record<string, string> = debian) => ({ cgroup: `/docker/${idOf(name)}`, files });
const status = (proc: MadeProc, pid: number) => join(proc.folder, `${pid}/root`, 'var/lib/dpkg/status');

function lookerAt({ folder }: MadeProc) {
  const looker = createLooker(openMachine(folder, new AbortController().signal), () => new Date());
  return (anew = false) => looker.look(anew);
}

const packagesOf = (look: { readonly contents: readonly string[] }) =>
  look.contents.flatMap((line) => JSON.parse(line).packages.map(({ name }: { name: string }) => name));

describe('looks, one after another', () => {
  test('come to the same where nothing changed', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    proc.start(11, inContainer('cart'));
    const look = lookerAt(proc);
    const first = await look();
    expect([first.containers.length, packagesOf(first)]).toEqual([2, ['bash']]);
    expect((await look()).digest).toBe(first.digest);
    expect((await look(true)).digest).toBe(first.digest);
  });

  test('look again at what could not be looked at', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    const folder = join(proc.folder, '10/root', 'var/lib/pacman');
    mkdirSync(folder);
    symlinkSync('local', join(folder, 'local'));
    const look = lookerAt(proc);
    expect((await look()).containers.map((line) => JSON.parse(line).status)).toEqual(['partial']);
    rmSync(join(folder, 'local'));
    mkdirSync(join(folder, 'local/zsh-1-1'), { recursive: true });
    writeFileSync(join(folder, 'local/zsh-1-1/desc'), description('zsh'));
    expect(packagesOf(await look()).sort()).toEqual(['bash', 'zsh']);
  });

  test('do not read again what did not change, unless everything is to be read anew', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    proc.start(11, inContainer('cart'));
    const look = lookerAt(proc);
    vi.mocked(scanTarget).mockClear();
    const scans = async (anew?: boolean) => {
      await look(anew);
      return vi.mocked(scanTarget).mock.calls.splice(0).length;
    };
    expect([await scans(), await scans(), await scans(true)]).toEqual([2, 0, 2]);
    writeFileSync(status(proc, 10), stanza('vim'));
    expect(await scans()).toBe(1);
  });

  test.each<[string, (proc: MadeProc) => void]>([
    ['a database that was written', (proc) => writeFileSync(status(proc, 10), stanza('vim'))],
    [
      'one of the same size whose time was set back',
      (proc) => {
        writeFileSync(status(proc, 10), stanza('dash'));
        utimesSync(status(proc, 10), 0, 0);
      },
    ],
    [
      'another file of its name',
      (proc) => {
        writeFileSync(`${status(proc, 10)}-new`, stanza('dash'));
        renameSync(`${status(proc, 10)}-new`, status(proc, 10));
      },
    ],
    ['one that is gone', (proc) => rmSync(status(proc, 10))],
    [
      'one that was not there',
      (proc) => {
        mkdirSync(join(proc.folder, '10/root', 'lib/apk/db'), { recursive: true });
        writeFileSync(join(proc.folder, '10/root', 'lib/apk/db/installed'), 'P:musl\nV:1\n\n');
      },
    ],
    [
      'what dpkg does, and has not yet written into it',
      (proc) => {
        mkdirSync(join(proc.folder, '10/root', 'var/lib/dpkg/updates'));
        writeFileSync(join(proc.folder, '10/root', 'var/lib/dpkg/updates/0000'), stanza('vim'));
      },
    ],
    [
      'a folder on the way that became a link, absolute inside',
      (proc) => {
        const lib = join(proc.folder, '10/root', 'var/lib');
        renameSync(lib, join(proc.folder, '10/root', 'var/old'));
        mkdirSync(join(proc.folder, '10/root', 'other/dpkg'), { recursive: true });
        writeFileSync(join(proc.folder, '10/root', 'other/dpkg/status'), stanza('zsh'));
        symlinkSync('/other', lib);
      },
    ],
    ['an os-release', (proc) => writeFileSync(join(proc.folder, '10/root', 'etc/os-release'), 'ID=ubuntu\n')],
    ['a container that came', (proc) => proc.start(12, inContainer('new'))],
    ['one that ended', (proc) => proc.end(10)],
    [
      'one that was started anew',
      (proc) => {
        proc.end(10);
        proc.start(10, { ...inContainer('web', { ...debian, '/var/lib/dpkg/status': stanza('zsh') }), start: 200 });
      },
    ],
  ])('see %s', async (_, change) => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    const look = lookerAt(proc);
    const before = await look();
    change(proc);
    const after = await look();
    expect(after.digest).not.toBe(before.digest);
    expect((await lookerAt(proc)()).digest).toBe(after.digest);
  });

  test('a program whose path cannot be read costs nobody a look', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    writeFileSync(join(proc.folder, '10/exe'), '');
    proc.start(11, inContainer('cart'));
    const look = await lookerAt(proc)();
    expect(look.containers.map((line) => JSON.parse(line).status)).toEqual(['read', 'read']);
  });

  test.each(['EIO', 'ESTALE', 'ENOTCONN'])('a file that answers %s has changed, and costs nobody else a look', async (code) => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    proc.start(11, inContainer('cart'));
    const look = lookerAt(proc);
    await look();
    const { lstatSync: original } = await vi.importActual<typeof import('node:fs')>('node:fs');
    onTestFinished(() => void vi.mocked(lstatSync).mockRestore());
    vi.mocked(lstatSync).mockImplementation(((path: string, options: object) => {
      if (path === status(proc, 10)) throw Object.assign(new Error(code), { code });
      return original(path, options);
    }) as typeof lstatSync);
    vi.mocked(scanTarget).mockClear();
    await look();
    expect(vi.mocked(scanTarget).mock.calls.map(([{ container }]) => container.id)).toEqual([idOf('web')]);
  });

  test.each<[string, string]>([
    ['another package', 'vim-1-1/desc'],
    ['one that was written', 'bash-1-1/desc'],
    ['one in a folder that was empty', 'none-1-1/desc'],
    ['one in a folder of other files', 'half-1-1/desc'],
  ])('see of a database of many files %s', async (_, changed) => {
    const proc = makeProc();
    const files = Object.entries({ 'bash-1-1/desc': description('bash'), 'half-1-1/files': '%FILES%\n', 'none-1-1/desc': '' });
    proc.start(10, inContainer('web', Object.fromEntries(files.map(([path, text]) => [`/var/lib/pacman/local/${path}`, text]))));
    const folder = join(proc.folder, '10/root', 'var/lib/pacman/local');
    rmSync(join(folder, 'none-1-1/desc'));
    const look = lookerAt(proc);
    expect(packagesOf(await look())).toContain('bash');
    mkdirSync(dirname(join(folder, changed)), { recursive: true });
    writeFileSync(join(folder, changed), description('other'));
    vi.mocked(scanTarget).mockClear();
    await look();
    expect(scanTarget).toHaveBeenCalledTimes(1);
  });

  test('see that a link leads elsewhere which another link leads to', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web', { '/new/dpkg/status': stanza('zsh'), '/old/dpkg/status': stanza('bash') }));
    const root = join(proc.folder, '10/root');
    for (const folder of ['var', 'links']) mkdirSync(join(root, folder));
    symlinkSync('/links/current', join(root, 'var/lib'));
    symlinkSync('../old', join(root, 'links/current'));
    const look = lookerAt(proc);
    expect(packagesOf(await look())).toEqual(['bash']);
    rmSync(join(root, 'links/current'));
    symlinkSync('../new', join(root, 'links/current'));
    expect(packagesOf(await look())).toEqual(['zsh']);
  });

  test('see what lies behind an absolute link from the first', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web', { '/data/dpkg/status': stanza('bash'), '/var/lib/none': '' }));
    symlinkSync('/data/dpkg', join(proc.folder, '10/root', 'var/lib/dpkg'));
    const look = lookerAt(proc);
    expect(packagesOf(await look())).toEqual(['bash']);
    writeFileSync(join(proc.folder, '10/root', 'data/dpkg/status'), stanza('zsh'));
    expect(packagesOf(await look())).toEqual(['zsh']);
  });
});

describe('what is too much for an agent', () => {
  /** Packages that are longer than half of what it holds, made of a letter. */
  const large = (letter: string) => {
    const version = letter.repeat(16_000);
    // Each has its version twice: of itself, and of its source package.
    const count = Math.ceil(maxHeldCharacters / 1.9 / (2 * version.length));
    return Array.from({ length: count }, (_, at) => `${stanza(`p${at}`).replace('1-1', version)}\n`).join('');
  };

  test('costs the container that brings it, and for as long as it is too much', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('first', { '/var/lib/dpkg/status': large('1') }));
    proc.start(11, inContainer('second', { '/var/lib/dpkg/status': large('2') }));
    proc.start(12, inContainer('third'));
    // Of another image, with the same in it: held once.
    proc.start(13, inContainer('fourth', { '/var/lib/dpkg/status': large('1') }));
    const look = lookerAt(proc);
    const outcomes = async (anew?: boolean) => {
      const containers = (await look(anew)).containers.map((line) => JSON.parse(line));
      return ['first', 'second', 'third', 'fourth'].map((name) => {
        const { status, reason, message } = containers.find(({ id }) => id === idOf(name)) ?? {};
        expect(message ?? '16 MiB').toContain('16 MiB');
        return reason ?? status;
      });
    };
    expect(await outcomes()).toEqual(['read', 'too-large', 'read', 'read']);
    expect(await outcomes()).toEqual(['read', 'too-large', 'read', 'read']);
    for (const pid of [10, 13]) rmSync(join(proc.folder, String(pid)), { recursive: true });
    expect(await outcomes()).toEqual([undefined, 'read', 'read', undefined]);
    expect(await outcomes(true)).toEqual([undefined, 'read', 'read', undefined]);
  });
});

describe('an agent', () => {
  const surroundings = (now: () => Date, signal = new AbortController().signal) => ({
    ...{ generator: { name: 'supercargo', version: '0.1.0' }, signal, now },
  });
  const planOf = ({ folder }: MadeProc, more = {}) => ({
    ...{ procFolder: folder, node: 'node-1', looksEvery: 1, printsEvery: 1_000_000, once: false, ...more },
  });
  const read = (report: unknown): Snapshot =>
    unpackSnapshot(lastWholeIn((report as AgentReport).lines.join('')).bytes as Buffer, new Map());

  test('says when it looked, at which node, and how often it does', async () => {
    const proc = makeProc();
    const at = new Date('2026-11-25T06:00:00Z');
    const snapshots = runAgent(
      planOf(proc, { once: true }),
      surroundings(() => at),
    );
    const { value } = await snapshots.next();
    expect(read(value).header).toEqual({
      form: 1,
      agent: { name: 'supercargo', version: '0.1.0' },
      ...{ node: 'node-1', takenAt: at.toISOString(), looksEvery: 1, printsEvery: 1_000_000 },
    });
    expect(await snapshots.next()).toEqual({ done: true, value: undefined });
  });

  test('tells of what it could not read, or not wholly', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    proc.start(11, inContainer('damaged', { '/var/lib/dpkg/status': 'no database' }));
    proc.start(12, inContainer('half', { ...debian, '/lib/apk/db/installed': 'garbage' }));
    proc.start(13, inContainer('static', { '/app': '' }));
    const snapshots = runAgent(
      planOf(proc),
      surroundings(() => new Date()),
    );
    expect(((await snapshots.next()).value as AgentReport).missed).toHaveLength(2);
    await snapshots.return(undefined);
  });

  test('prints what changed, and nothing of what did not', async () => {
    const proc = makeProc();
    proc.start(10, inContainer('web'));
    const snapshots = runAgent(
      planOf(proc),
      surroundings(() => new Date()),
    );
    const first = read((await snapshots.next()).value);
    const second = snapshots.next();
    const wait = new Promise((resolve) => setTimeout(() => resolve('nothing'), 100));
    expect(await Promise.race([second, wait])).toBe('nothing');
    writeFileSync(status(proc, 10), stanza('vim'));
    const changed = read((await second).value);
    expect([first, changed].map(({ contents }) => contents[0]?.packages[0]?.name)).toEqual(['bash', 'vim']);
    await snapshots.return(undefined);
  });

  test('prints from time to time also when nothing changed', async () => {
    const proc = makeProc();
    let minutes = 0;
    const snapshots = runAgent(
      planOf(proc, { printsEvery: 600_000 }),
      surroundings(() => new Date(60_000 * minutes++)),
    );
    const times: string[] = [];
    for (let count = 0; count < 3; count++) times.push(read((await snapshots.next()).value).header.takenAt);
    const gaps = times.slice(1).map((time, index) => Date.parse(time) - Date.parse(times[index] as string));
    expect(gaps.every((gap) => gap > 0 && gap <= 600_000)).toBe(true);
    await snapshots.return(undefined);
  });

  test('looks again in time also when the clock is set back during a look', async () => {
    let hours = 10;
    const snapshots = runAgent(
      planOf(makeProc(), { printsEvery: 1 }),
      surroundings(() => new Date(3_600_000 * hours--)),
    );
    for (let count = 0; count < 3; count++) expect((await snapshots.next()).done).toBe(false);
    await snapshots.return(undefined);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const snapshots = runAgent(
      planOf(makeProc(), { looksEvery: 1_000_000 }),
      surroundings(() => new Date(), controller.signal),
    );
    await snapshots.next();
    const next = snapshots.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
