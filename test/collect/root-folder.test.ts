import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { maxFolderFiles } from '../../src/collect/root-folder/folder.ts';
import { everySteps } from '../../src/collect/root-folder/foothold.ts';
import { rootFolderFiles } from '../../src/collect/root-folder.ts';
import { DanglingLinkError, UnreadableError } from '../../src/collect/target.ts';

const outer = mkdtempSync(join(tmpdir(), 'supercargo-rootfs-'));
const root = join(outer, 'root');
afterAll(() => rmSync(outer, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

write('usr/lib/os-release', 'inside');
writeFileSync(join(outer, 'secret'), 'outside');
write('usr/lib/link-target', 'x');
link('relative', 'usr/lib/os-release');
link('absolute', '/usr/lib/os-release');
link('up', '../../../../../../../usr/lib/os-release');
link('lib', 'usr/lib');
link('by-turns', 'lib/../../relative');
link('way/out', '../../secret');
link('way/far-out', '/../../../../../../../etc/passwd');
link('way/own-process', '/proc/self/environ');
link('loop', 'loop');
link('ping', 'pong');
link('pong', 'ping/below');
link('dangling', 'usr/lib/not-there');
link('dangling-folder', '../far/./away');
link('way/over', '../dangling-folder/below');
link('below-a-file', 'usr/lib/os-release/below');
link('long', `/${'x'.repeat(250)}`);
execFileSync('mkfifo', [join(root, 'fifo')]);
link('to-fifo', 'fifo');
write('huge', '');
truncateSync(join(root, 'huge'), 10 * 1024 ** 3);
write(`${'deep/'.repeat(250)}file`, 'deep');
// From one deep folder to the next, by links.
for (let tree = 0; tree < 30; tree++) {
  mkdirSync(join(root, `wide/${tree}/${'x/'.repeat(30)}`), { recursive: true });
  link(`wide/${tree}/${'x/'.repeat(30)}next`, `/wide/${tree + 1}/${'x/'.repeat(30)}next`);
}
write('status.d/b', 'bb');
write('status.d/a', 'aa');
write('status.d/a.md5sums', 'x');
write('status.d/below/c', 'c');
write('status.d/below/deeper/d', 'd');
link('status.d/link', 'a');
link('status.d/folder-link', '..');
execFileSync('mkfifo', [join(root, 'status.d/fifo')]);

write('entries/full/desc', 'inside');
link('entries/full/out', '/../../../../../../../etc/passwd');
mkdirSync(join(root, 'entries/empty'));
link('entries/linked', 'full');
link('entries/dead', 'nowhere');
link('entries/loop', 'loop');
link('entries/out', '/');

/** The kernel's own loopback device has no speed: a regular file, to be opened and not to be read. */
const loopback = '/sys/devices/virtual/net/lo';

const ways = Object.entries(everySteps).filter(([way]) => way === 'byPath' || existsSync('/proc/self/fd'));

describe.each(ways)('%s', (_, steps) => {
  const files = rootFolderFiles(root, steps);
  const read = (path: string) => {
    const file = files.open(path, 1000);
    const text = Buffer.from(file.read(0, file.stat.size)).toString();
    file.close();
    return text;
  };

  describe('links resolve inside the root, never out of it', () => {
    test.each(['/usr/lib/os-release', '/relative', '/absolute', '/up', '/lib/os-release', '/lib/../lib/./os-release', '/by-turns'])(
      '%s',
      (path) => {
        expect(read(path)).toBe('inside');
        expect(files.realPath(path)).toBe('/usr/lib/os-release');
        expect(files.stat(path)).toMatchObject({ kind: 'file', size: 6 });
      },
    );

    test.each(['/nothing', '/usr/lib/os-release/below-a-file', '/../secret', '/lib/nothing', '/lib/nothing/below', '/dangling/../nothing'])(
      '%s is not there',
      (path) => {
        expect(files.stat(path)).toBeNull();
        expect(() => read(path)).toThrow('it is not there');
        expect(() => files.readFolder(path, () => true, 1)).toThrow('it is not there');
      },
    );

    // A folder that is mounted when all goes well, say: that nothing is there is not what an empty container says.
    test.each([
      ['/way/out', '/way/out is a link to ../../secret, where nothing is.'],
      ['/way/far-out', '/way/far-out is a link to /../../../../../../../etc/passwd, where nothing is.'],
      ['/way/own-process', '/way/own-process is a link to /proc/self/environ, where nothing is.'],
      ['/dangling', '/dangling is a link to usr/lib/not-there, where nothing is.'],
      ['/below-a-file', '/below-a-file is a link to usr/lib/os-release/below, where nothing is.'],
      ['/dangling-folder/status', '/dangling-folder is a link to ../far/./away, where nothing is.'],
      ['/way/over/status', '/dangling-folder is a link to ../far/./away, where nothing is.'],
      ['/long', `/long is a link to /${'x'.repeat(199)}…, where nothing is.`],
    ])('%s leads nowhere, and that is said', (path, message) => {
      for (const act of [files.stat, read, () => files.readFolder(path, () => true, 1)]) {
        expect(() => act(path)).toThrow(DanglingLinkError);
        expect(() => act(path)).toThrow(message);
      }
    });

    test('what does not exist keeps its name', () => {
      expect(files.realPath('/lib/no/such/../file')).toBe('/usr/lib/no/file');
      expect(files.realPath('/dangling')).toBe('/usr/lib/not-there');
      expect(files.realPath('/..')).toBe('/');
    });

    test('what may not be looked at is said, with its path in the container', () => {
      const refusing = {
        ...steps,
        step: (location: string) => {
          if (location.endsWith('/below')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
          return steps.step(location);
        },
      };
      const { stat } = rootFolderFiles(root, refusing);
      expect(() => stat('/lib/../../status.d/below/c')).toThrow('Cannot read /status.d/below: permission denied.');
      expect(stat('/relative')).not.toBeNull();
    });

    test.each(['/loop', '/ping'])('%s ends', (path) => {
      expect(() => files.stat(path)).toThrow('more than 40 links');
    });

    test('folders without end do', () => {
      expect(() => files.stat(`/${'deep/'.repeat(250)}file`)).toThrow('more than 200 folders');
    });

    test('folders all over the place do', () => {
      expect(() => files.stat(`/wide/0/${'x/'.repeat(30)}next`)).toThrow('more than 512 folders');
    });

    test('a folder of more files than are read is refused', () => {
      const folder = join(root, 'many');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'first'), '');
      // Names cost less than files, and stay for the next round; a file has 65,000 of them at the most.
      for (let at = readdirSync(folder).length; at <= maxFolderFiles; at++) {
        const name = join(folder, `name-${at}`);
        if (at % 50_000 === 1) writeFileSync(name, '');
        else linkSync(join(folder, at > 50_000 ? 'name-50001' : 'name-1'), name);
      }
      expect(() => files.readFolder('/many', () => true, 1)).toThrow(`more than ${maxFolderFiles} files`);
      rmSync(join(folder, `name-${maxFolderFiles}`));
      expect(files.readFolder('/many', (name) => name === 'first', 1)).toHaveLength(1);
    });

    test('a root that is not there has nothing', () => {
      const nowhere = rootFolderFiles(join(outer, 'nowhere'), steps);
      expect([nowhere.stat('/'), nowhere.stat('/etc/passwd'), nowhere.realPath('/etc/passwd')]).toEqual([null, null, '/etc/passwd']);
    });
  });

  describe('what is no regular file, or too large, is refused', () => {
    test.each(['/fifo', '/to-fifo', '/usr', '/'])('%s', (path) => {
      expect(() => read(path)).toThrow('not a regular file');
    });

    test('a device', () => {
      const devices = rootFolderFiles('/dev', steps);
      expect(devices.stat('/zero')?.kind).toBe('other');
      expect(() => devices.open('/zero', 1000)).toThrow('not a regular file');
    });

    test.runIf(existsSync(`${loopback}/speed`))('what cannot be read is said, with its path', () => {
      const file = rootFolderFiles(loopback, steps).open('/speed', 10_000);
      expect(() => file.read(0, 10)).toThrow(UnreadableError);
      expect(() => file.read(0, 10)).toThrow('Cannot read /speed: EINVAL');
      file.close();
    });

    test('10 GB', () => {
      expect(() => files.open('/huge', 64 * 1024 * 1024)).toThrow('larger than 64 MiB');
    });
  });

  test('of a folder the regular files that are wanted, and their sizes together have a cap', () => {
    const folder = files.readFolder('/status.d', (name) => !/md5sums|link|\//.test(name), 4);
    expect(folder.map(({ name, bytes }) => `${name}=${Buffer.from(bytes)}`)).toEqual(['a=aa', 'b=bb']);
    expect(files.readFolder('/status.d', (name) => /\/./.test(name), 4).map(({ name }) => name)).toEqual(['below/c']);
    expect(() => files.readFolder('/status.d', () => true, 3)).toThrow('larger');
  });

  test('of a folder also what is no file: folders in it, and links, of which nothing is read, wherever they lead', () => {
    const found = files.readFolder('/entries', () => true, 100);
    expect(found.map(({ name, bytes }) => `${name}=${Buffer.from(bytes)}`)).toEqual([
      ...['dead=', 'dead/=', 'empty/=', 'full/=', 'full/desc=inside', 'full/out='],
      ...['linked=', 'linked/=', 'loop=', 'loop/=', 'out=', 'out/='],
    ]);
  });

  test('a file that becomes shorter while it is read is not taken for whole', () => {
    write('shrinking', 'Version: 1.2.3');
    const file = files.open('/shrinking', 100);
    truncateSync(join(root, 'shrinking'), 10);
    expect(Buffer.from(file.read(0, 10)).toString()).toBe('Version: 1');
    expect(() => file.read(0, file.stat.size)).toThrow(new UnreadableError('failed', '/shrinking became shorter while it was read.'));
    file.close();
  });

  test('the time of a change has all its digits', () => {
    execFileSync('touch', ['-d', '2026-01-02T03:04:05.060708090Z', join(root, 'usr/lib/link-target')]);
    expect(files.stat('/usr/lib/link-target')?.modified).toBe('2026-01-02T03:04:05.060708090Z');
    execFileSync('touch', ['-d', '1960-01-02T03:04:05.060708090Z', join(root, 'usr/lib/link-target')]);
    expect(files.stat('/usr/lib/link-target')?.modified).toBe('1960-01-02T03:04:05.060708090Z');
  });

  test.runIf(existsSync('/proc/self/fd'))('no descriptor stays open', () => {
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (const path of [
      '/by-turns',
      '/loop',
      `/wide/0/${'x/'.repeat(30)}next`,
      '/fifo',
      '/dangling',
      '/huge',
      '/status.d',
      '/usr/lib/os-release/below',
    ]) {
      for (const act of [files.stat, files.realPath, read, () => files.readFolder(path, () => true, 3)]) {
        try {
          act(path);
        } catch {
          // That it is refused is tested above.
        }
      }
    }
    expect(count()).toBe(before);
  });
});

// Swaps a folder for a link that leads out, and back, as fast as it can.
const swapping = `
  const { renameSync } = require('node:fs');
  const { workerData: { root }, parentPort } = require('node:worker_threads');
  let stopped = false;
  parentPort.on('message', () => { stopped = true; });
  const swap = () => {
    for (let round = 0; round < 100; round++) {
      renameSync(root + '/way-in', root + '/folder');
      renameSync(root + '/link', root + '/way-in');
      renameSync(root + '/way-in', root + '/link');
      renameSync(root + '/folder', root + '/way-in');
    }
    if (stopped) return parentPort.close();
    setImmediate(swap);
  };
  parentPort.postMessage('begun');
  swap();
`;

test.runIf(existsSync('/proc/self/fd'))('a link that is put in the place of a folder meanwhile leads nowhere out', async () => {
  const [folder, outside] = [join(outer, 'swapped'), join(outer, 'outside')];
  mkdirSync(join(folder, 'way-in'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(folder, 'way-in', 'status'), 'inside');
  writeFileSync(join(outside, 'status'), 'outside');
  symlinkSync(outside, join(folder, 'link'));
  const files = rootFolderFiles(folder, everySteps.byDescriptor);
  const worker = new Worker(swapping, { eval: true, workerData: { root: folder } });
  await new Promise((resolve) => worker.once('message', resolve));
  const read = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    let text = 'not there';
    try {
      const file = files.open('/way-in/status', 100);
      text = Buffer.from(file.read(0, 100)).toString();
      file.close();
    } catch (error) {
      if (!/not there|where nothing is/.test((error as Error).message)) throw error;
    }
    read.set(text, (read.get(text) ?? 0) + 1);
  }
  worker.postMessage('stop');
  await new Promise((resolve) => worker.once('exit', resolve));
  expect(read.get('inside')).toBeGreaterThan(0);
  expect(read.get('outside')).toBeUndefined();
});

// A tmpfs keeps any time that it is given; the disk of a machine need not.
test.runIf(existsSync('/dev/shm'))('a file whose time no Date has is read like any other', () => {
  const folder = mkdtempSync('/dev/shm/supercargo-times-');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const times = [9_000_000_000_000, -9_000_000_000_000, 9_000_000_000_001];
  const modified = times.map((seconds, index) => {
    writeFileSync(join(folder, String(index)), 'x');
    execFileSync('touch', ['-d', `@${seconds}`, join(folder, String(index))]);
    const file = rootFolderFiles(folder).open(`/${index}`, 10);
    expect(Buffer.from(file.read(0, 10)).toString()).toBe('x');
    file.close();
    return file.stat.modified;
  });
  expect(modified).toEqual(times.map((seconds) => `@${seconds}.000000000`));
});
