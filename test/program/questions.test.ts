import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { views } from '../../src/report/views.ts';
import { program } from './program.ts';

const inventory = ['--from', 'fixtures/inventory/inventory.json'];
const report = (...args: readonly string[]) => program(['report', ...inventory, ...args]);
const idsOf = (stdout: string) => JSON.parse(stdout).rows.map(({ id }: { id: string }) => id.slice(0, 2));

describe('a report of an inventory', () => {
  test.each([
    [['-n', 'shop'], 0, ['a3', 'a1', 'a2']],
    [['--exclude-namespace', 'shop', '--team', 'pay*', '--team', 'cart'], 3, ['a5', 'a4', 'a6', 'b2']],
    [['--package', 'openssl<3.0.14', '--os', 'debian-11'], 3, ['a3']],
    // One was not read, and nobody knows its image.
    [['--image', '*/shop/*', '--sort-by', '-pod', '--top', '2'], 3, ['a2', 'a1']],
  ])('%j ends with %i', async (flags, code, ids) => {
    const result = await report('containers', '-o', 'json', '-q', ...flags);
    expect([idsOf(result.stdout), result.code]).toEqual([ids, code]);
  });

  // What could not be read may have the package.
  test('for a package that is nowhere is empty, says so, and is incomplete', async () => {
    const { code, stdout, stderr } = await report('-o', 'csv', '--package', 'opnessl');
    expect([code, stdout]).toEqual([3, 'package,version,type,occurrences,unowned,teams\n']);
    expect(stderr).toContain('--package opnessl: no package with that name was read.');
  });

  test.each([
    ['-n', 'shpo', 'no container is in such a namespace.'],
    ['--team', 'nosuch', 'no container has such a team.'],
    ['--package', 'opnessl', 'no package with that name was read.'],
  ])('for %s %s says so with -q, too', async (flag, name, sentence) => {
    const flags = ['-q', '--allow-incomplete', flag, name];
    expect(await report(...flags)).toMatchObject({ code: 0, stderr: expect.stringContaining(`${name}: ${sentence}\n`) });
  });

  // Nothing is mailed about a fleet in which all is mended.
  test('for a version that nothing has says nothing with -q', async () => {
    const flags = ['--allow-incomplete', '--package', 'openssl<1'];
    expect((await report(...flags)).stderr).toContain('--package openssl<1: openssl was found, ');
    expect(await report('-q', ...flags)).toMatchObject({ code: 0, stderr: '' });
  });

  test('with what does not collect anew is as without it', async () => {
    expect((await report('-q', '-o', 'csv', '--no-cache', '--request-timeout', '5s', '-A')).code).toBe(3);
  });

  test('as an inventory is whole, and says so', async () => {
    const { stdout, stderr } = await report('-o', 'inventory', '--team', 'web');
    expect(JSON.parse(stdout).containers).toHaveLength(13);
    expect(stderr).toContain('-o inventory: it has everything that was collected, not only what you asked for.');
    expect((await report('-o', 'inventory')).stderr).not.toContain('all that was collected');
  });

  test.each([
    ['cyclonedx', ({ components }: { components: { type: string }[] }) => components.filter(({ type }) => type === 'container').length],
    ['lumogon', ({ containers }: { containers: object }) => Object.keys(containers).length],
  ])('as %s holds the containers asked for, and is as complete as they are', async (format, count) => {
    const { code, stdout, stderr } = await report('-o', format, '-n', 'shop');
    expect([code, count(JSON.parse(stdout))]).toEqual([0, 3]);
    expect(stderr).not.toContain('all that was collected');
  });

  test('has rows left out where one of its outputs has rows', async () => {
    const { code, stdout } = await report('-q', '-o', 'csv', '-o', 'cyclonedx=/dev/null', '--top', '1');
    expect([code, stdout.split('\n').length]).toEqual([3, 3]);
  });

  test('as an inventory is as complete as what is in it', async () => {
    expect((await report('-o', 'csv', '-n', 'shop')).code).toBe(0);
    expect((await report('-o', 'inventory', '-n', 'shop')).code).toBe(3);
  });

  test.each([
    [['-A', '-n', 'shop'], 'contradict'],
    [['-l', 'app=web'], '--selector: the inventory of --from is collected already'],
    [['--docker-host', 'tcp://127.0.0.1:1'], '--docker-host: the inventory of --from is collected already'],
    [['--config', 'supercargo.yaml'], '--config: the inventory of --from is collected already, with its teams'],
    [['--cluster-name', 'prod'], '--cluster-name: the inventory of --from is collected already'],
    [['--agent-namespace', 'watchers'], '--agent-namespace: the inventory of --from is collected already'],
    [['--wait'], '--wait: the inventory of --from is collected already'],
    [['--no-direct'], '--no-direct: the inventory of --from is collected already'],
    [['--concurrency', '4'], '--concurrency: the inventory of --from is collected already'],
    [['--timeout', '5s'], '--timeout: the inventory of --from is collected already'],
    [['--package', 'openssl<'], '--package openssl<: the version after < is missing'],
    [['--columns', 'colour'], '--columns colour: the view packages has no such column. It has: package, version, type'],
    [['--sort-by', 'colour'], '--sort-by colour: the view packages has no such column'],
    [['--type', 'dpkg'], 'Allowed choices are alpm, apk, deb, opkg, rpm'],
    [['--top', '5', '-o', 'cyclonedx'], '--top: -o cyclonedx has no rows and columns.'],
    [['--sort-by', 'package', '-o', 'inventory', '-o', 'lumogon=never-written'], '--sort-by: -o inventory has no rows and columns.'],
    [['teams', '--by', 'team'], '--by team: the view teams has no such rows'],
  ])('%j is wrong use', async (flags, words) => {
    const { code, stdout, stderr } = await report(...flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});

// What nobody typed is nobody's mistake.
test('an inventory is reported on whatever config and environment there are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-questions-'));
  mkdirSync(join(folder, 'supercargo'));
  writeFileSync(join(folder, 'supercargo/supercargo.yaml'), 'no config');
  const surroundings = { XDG_CONFIG_HOME: folder, SUPERCARGO_CLUSTER: 'prod' };
  const args = ['report', ...inventory, '-o', 'json'];
  expect(await program(args, undefined, surroundings)).toEqual(await program(args));
  rmSync(folder, { recursive: true });
});

test('the help and the completions of all shells know every view', async () => {
  const help = (await program(['report', '--help'])).stdout;
  for (const { id, sample } of Object.values(views)) expect(help).toContain(`$ supercargo report ${id} ${sample.flags}`);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await program(['completion', shell]);
    const words = stdout
      .split('\n')
      .filter((line) => /report/.test(line))
      .join(' ')
      .split(/[\s']+/);
    expect(words).toEqual(expect.arrayContaining([...Object.keys(views), shell === 'fish' ? 'sort-by' : '--sort-by']));
  }
});

test('README shows what views of the demo print', async () => {
  const shown = (await readFile('README.md', 'utf8')).matchAll(/^```console\n\$ supercargo (demo .*)\n([\s\S]*?)^```/gm);
  const examples = [...shown].map(([, command = '', output]) => ({ command, output }));
  expect(examples.length).toBeGreaterThan(0);
  for (const { command, output } of examples) {
    expect((await program([...command.replaceAll("'", '').split(' '), '-q'])).stdout).toBe(output);
  }
});
