import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/cli/config/config-file.ts';
import { UsageError } from '../../../src/model/errors.ts';

/** What is read of these files, where one stands in `here`, and `home` is home. */
async function read(...files: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of ['here', 'home/.config/supercargo']) mkdirSync(join(folder, path), { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), 'ignore: [{ container: istio-proxy }]\n');
  const surroundings = {
    workingDirectory: join(folder, 'here'),
    homeDirectory: join(folder, 'home'),
    env: {},
    signal: new AbortController().signal,
  };
  const { file, config } = await loadConfig(undefined, surroundings);
  return { file: file?.replace(join(folder, 'home'), '~') ?? null, ignored: config.ignore.length };
}

test.each([
  [[], null],
  [['here/supercargo.yaml'], 'supercargo.yaml'],
  [['here/supercargo.yml'], 'supercargo.yml'],
  [['home/.config/supercargo/supercargo.yml'], '~/.config/supercargo/supercargo.yml'],
  [['here/supercargo.yml', 'home/.config/supercargo/supercargo.yaml'], 'supercargo.yml'],
])('of %j it reads %s', async (files, file) => {
  expect(await read(...files)).toEqual({ file, ignored: file === null ? 0 : 1 });
});

test('two configs in one folder: which is meant nobody knows', async () => {
  const reading = read('here/supercargo.yaml', 'here/supercargo.yml');
  await expect(reading).rejects.toThrow(UsageError);
  await expect(reading).rejects.toThrow('There are two configs, supercargo.yaml and supercargo.yml. Remove one, or name one by --config.');
});
