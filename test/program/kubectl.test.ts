import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandNames } from '../../src/cli/called-as.ts';
import { run } from '../e2e/commands.ts';
import { installed } from '../installed.ts';

const folder = mkdtempSync(join(tmpdir(), 'supercargo-plugin-'));
for (const name of ['kubectl-supercargo', 'kubectl_complete-supercargo', 'supercargo'])
  symlinkSync(resolve('dist/supercargo.js'), join(folder, name));
afterAll(() => rmSync(folder, { recursive: true }));

const env = { PATH: `${folder}:${process.env.PATH}`, KUBECONFIG: '/nonexistent', HOME: folder };

describe('as kubectl-supercargo', () => {
  test.each(['--help', ...commandNames.map((command) => `${command} --help`)])('%s calls it kubectl supercargo', async (words) => {
    const args = words.split(' ');
    const [{ stdout: plugin }, { stdout: alone }] = await Promise.all([
      run('kubectl-supercargo', args, { env }),
      run('supercargo', args, { env }),
    ]);
    expect(plugin).toMatch(/^Usage: kubectl supercargo /);
    expect(alone).toMatch(/^Usage: supercargo /);
    // No command is left that is not kubectl's, and none is twice that.
    expect(plugin).not.toMatch(new RegExp(`(?<!kubectl )\\bsupercargo (${commandNames.join('|')})\\b|kubectl kubectl`));
    if (words !== 'completion --help')
      expect(plugin.replaceAll('kubectl supercargo', 'supercargo').replace(/\s+/g, ' ')).toBe(alone.replace(/\s+/g, ' '));
  });

  test('its messages call it so', async () => {
    const { code, stderr } = await run('kubectl-supercargo', ['report', '--from', '/dev/null'], { env });
    expect([code, stderr]).toEqual([
      2,
      '/dev/null is no inventory: it is empty. Make one with: kubectl supercargo collect > inventory.json\n',
    ]);
  });

  test('leaves completion to kubectl', async () => {
    const { code, stdout, stderr } = await run('kubectl-supercargo', ['completion', 'zsh'], { env });
    expect([code, stdout, stderr]).toEqual([2, '', 'error: kubectl completes its plugins itself: source <(kubectl completion zsh)\n']);
  });
});

describe.runIf(installed('kubectl'))('kubectl', () => {
  test('lists it, without a warning', async () => {
    const { stdout, stderr } = await run('kubectl', ['plugin', 'list'], { env });
    expect(stdout).toContain(join(folder, 'kubectl-supercargo'));
    expect(stderr).not.toContain(folder);
  });

  test('runs it, and passes on flags of its own that stand after its name', async () => {
    expect((await run('kubectl', ['supercargo', '--help'], { env })).stdout).toMatch(/^Usage: kubectl supercargo /);
    const { code, stderr } = await run(
      'kubectl',
      ['supercargo', 'report', '-n', 'shop', '-A', '--context', 'x', '--kubeconfig', 'y', '-l', 'a=b', '-o', 'csv'],
      { env },
    );
    expect([code, stderr]).toEqual([2, '-A and -n contradict each other: give one of them.\n']);
  });

  test('completes its words', async () => {
    const { stdout } = await run('kubectl', ['__complete', 'supercargo', 'report', '--sort'], { env });
    expect(stdout).toBe('--sort-by\tsort by this column; with - before its name the other way round\n:4\n');
  });
});
