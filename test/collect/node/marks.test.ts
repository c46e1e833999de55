import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { areUnchanged, noteMarks } from '../../../src/collect/node/marks.ts';
import { rootFolderFiles } from '../../../src/collect/root-folder.ts';
import type { Target } from '../../../src/collect/target.ts';

test.each([
  ['nothing', () => {}, true],
  ['a file that was read', (folder: string) => writeFileSync(join(folder, 'a'), 'other'), false],
  ['the files that there are', (folder: string) => writeFileSync(join(folder, 'b'), ''), false],
])('%s changed while a folder was read: it is unchanged since? %#', async (_, change, isUnchanged) => {
  const root = mkdtempSync(join(tmpdir(), 'supercargo-marks-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder/a'), 'a');
  const files = rootFolderFiles(root);
  const read: Pick<Target, 'realPath' | 'readFolder'> = {
    realPath: async (path) => files.realPath(path),
    readFolder: async (path, accepts, maxBytes) => {
      const found = files.readFolder(path, accepts, maxBytes);
      change(join(root, 'folder'));
      return found;
    },
  };
  const { target, marks } = noteMarks(read as Target, root);
  expect(await target.readFolder('/folder', () => true, 100)).toHaveLength(1);
  expect(areUnchanged(root, marks)).toBe(isUnchanged);
});
