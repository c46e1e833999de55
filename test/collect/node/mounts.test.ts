import { expect, test } from 'vitest';
import { unsafeMountsIn } from '../../../src/collect/node/mounts.ts';

const mountinfo = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');

test('mounts that others answer for are those of FUSE, and of other machines', () => {
  const text = mountinfo(
    '20 10 0:41 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a',
    '21 20 0:42 / /proc rw - proc proc rw',
    '22 20 0:43 /sub /usr/share rw master:2 propagate_from:1 - nfs4 server:/x rw',
    '23 20 0:44 / /with\\040blank rw - fuse.gcsfuse bucket rw',
    '24 20 0:45 / /data rw - ext4 /dev/sda1 rw',
  );
  expect([...unsafeMountsIn(text)]).toEqual([
    ['/usr/share', 'nfs4'],
    ['/with blank', 'fuse.gcsfuse'],
  ]);
});

test('the root itself may be one', () => {
  expect([...unsafeMountsIn(mountinfo('20 10 0:41 / / rw - fuse.fuse-overlayfs fuse-overlayfs rw'))]).toEqual([]);
});

test('of several at one path the last is on top', () => {
  const [nfs, tmpfs] = ['22 20 0:43 / /usr rw - nfs server:/x rw', '23 22 0:44 / /usr rw - tmpfs tmpfs rw'] as const;
  expect([...unsafeMountsIn(mountinfo(nfs, tmpfs))]).toEqual([]);
  expect([...unsafeMountsIn(mountinfo(tmpfs, nfs))]).toEqual([['/usr', 'nfs']]);
});

test('what is no line of it is none', () => {
  expect([...unsafeMountsIn('')]).toEqual([]);
  expect([...unsafeMountsIn('fuse\n - fuse\n1 2 3 4\n')]).toEqual([]);
});
