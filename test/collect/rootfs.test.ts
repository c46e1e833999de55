import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rootFolderFiles } from '../../src/collect/root-folder.ts';

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
const files = rootFolderFiles(root);
const read = (path: string) => {
  const file = files.open(path, 1000);
  const text = Buffer.from(file.read(0, file.stat.size)).toString();
  file.close();
  return text;
};

describe('links resolve inside the root, never out of it', () => {
  link('relative', 'usr/lib/os-release');
  link('absolute', '/usr/lib/os-release');
  link('up', '../../../../../../../usr/lib/os-release');
  link('lib', 'usr/lib');
  link('way/out', '../../secret');
  link('way/far-out', '/../../../../../../../etc/passwd');
  link('loop', 'loop');

  test.each(['/usr/lib/os-release', '/relative', '/absolute', '/up', '/lib/os-release', '/lib/../lib/./os-release'])('%s', (path) => {
    expect(read(path)).toBe('inside');
    expect(files.realPath(path)).toBe('/usr/lib/os-release');
  });

  test.each(['/way/out', '/way/far-out', '/nothing', '/usr/lib/os-release/below-a-file', '/../secret'])('%s leads nowhere', (path) => {
    expect(files.stat(path)).toBeNull();
    expect(() => read(path)).toThrow();
  });

  test('a loop ends', () => {
    expect(() => files.stat('/loop')).toThrow('more than 40 links');
  });
});

describe('what is no regular file, or too large, is refused', () => {
  test('a FIFO does not hang', () => {
    execFileSync('mkfifo', [join(root, 'fifo')]);
    expect(() => read('/fifo')).toThrow('not a regular file');
  });

  test('a folder', () => {
    expect(() => read('/usr')).toThrow('not a regular file');
  });

  test('10 GB', () => {
    write('huge', '');
    truncateSync(join(root, 'huge'), 10 * 1024 ** 3);
    expect(() => files.open('/huge', 64 * 1024 * 1024)).toThrow('larger than 64 MiB');
  });
});

test('of a folder the regular files that are wanted, and their sizes together have a cap', () => {
  write('status.d/b', 'bb');
  write('status.d/a', 'aa');
  write('status.d/a.md5sums', 'x');
  write('status.d/below/c', 'c');
  link('status.d/link', 'a');
  const folder = files.readFolder('/status.d', (name) => !/md5sums|\//.test(name), 4);
  expect(folder.map(({ name, bytes }) => `${name}=${Buffer.from(bytes)}`)).toEqual(['a=aa', 'b=bb']);
  expect(files.readFolder('/status.d', (name) => name.includes('/'), 4).map(({ name }) => name)).toEqual(['below/c']);
  expect(() => files.readFolder('/status.d', () => true, 3)).toThrow('larger');
});
