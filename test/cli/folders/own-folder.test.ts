import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOwn } from '../../../src/cli/folders/own-folder.ts';

function folderOf(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-own-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, mode);
  return folder;
}

test.each([
  [0o700, true],
  [0o755, true],
  [0o770, false],
  [0o777, false],
])('a folder of the mode %o is the own one: %s', (mode, expected) => {
  expect(isOwn(folderOf(mode))).toBe(expected);
});

test('not where a link leads', () => {
  const folder = folderOf(0o700);
  mkdirSync(join(folder, 'there'));
  symlinkSync('there', join(folder, 'link'));
  expect(isOwn(join(folder, 'link'))).toBe(false);
});

test.runIf(process.getuid?.() === 0)('not what another owns', () => {
  const folder = folderOf(0o700);
  chownSync(folder, 12_345, 0);
  expect(isOwn(folder)).toBe(false);
});
