import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../e2e/commands.ts';
import { environment } from './program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-home-'));
});
afterEach(() => rm(folder, { recursive: true }));

const program = resolve('dist/supercargo.js');

test.each(['', '.'])('with HOME=%j nothing of the folder that one is in is taken for the own', async (home) => {
  await mkdir(join(folder, '.kube'));
  await writeFile(join(folder, '.kube', 'config'), 'no kubeconfig: [');
  await mkdir(join(folder, '.config', 'supercargo'), { recursive: true });
  await writeFile(join(folder, '.config', 'supercargo', 'supercargo.yaml'), 'no: config');
  const { code, stderr } = await run(process.execPath, [program, 'report'], { cwd: folder, env: { ...environment, HOME: home } });
  expect([code, stderr]).toEqual([2, expect.stringContaining('There is nothing to read')]);
});
