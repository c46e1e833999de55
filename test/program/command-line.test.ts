import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatIds } from '../../src/format/formatters.ts';
import { ok, run } from '../e2e/commands.ts';
import { fakeEngine } from '../fakes/engine.ts';
import { program } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'supercargo-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([['--help'], ['report', '--help'], ['collect', '--help'], ['demo', '--help'], ['completion', '--help']])(
  '%s %s has examples',
  async (...args) => {
    const { code, stdout, stderr } = await program(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Examples:');
  },
);

test('the help of report says what each format is, and that of diff no more than it prints', async () => {
  const [report, diff] = [await program(['report', '--help']), await program(['diff', '--help'])];
  expect(report.stdout.match(/^Formats:\n((?: {2}\S+ +\S.*\n)+)/m)?.[1]?.match(/^ {2}\S+/gm)).toEqual(
    formatIds.map((format) => `  ${format}`),
  );
  expect(report.stdout).toContain('\n  markdown   a table for GitHub, a wiki or a merge request\n');
  expect(diff.stdout).toContain('\n  csv        ');
  expect(diff.stdout).not.toContain('\n  lumogon ');
});

test('without arguments it helps', async () => {
  expect((await program([])).stdout).toBe((await program(['--help'])).stdout);
});

describe('the help', () => {
  test.each([
    [['help', 'report'], 'report'],
    [['help', 'config', 'view'], 'config view'],
    [['config', 'help', 'view'], 'config view'],
    [['help', 'diff', 'a.json', 'b.json'], 'diff'],
    [['help', 'config'], 'config'],
    [['help', 'help'], '[options]'],
  ])('of %j is that of %s', async (words, command) => {
    expect(await program(words)).toMatchObject({ code: 0, stdout: expect.stringContaining(`Usage: supercargo ${command} `), stderr: '' });
  });

  test.each([
    [['help', 'nosuch'], "error: unknown command 'nosuch'\n"],
    [['help', 'reprot'], "error: unknown command 'reprot'\n(Did you mean report?)\n"],
    [['help', 'config', 'veiw'], "error: unknown command 'veiw'\n(Did you mean view?)\n"],
    [['config', 'help', 'veiw'], "error: unknown command 'veiw'\n(Did you mean view?)\n"],
  ])('of a command that is not there says no more than that: %j', async (words, stderr) => {
    expect(await program(words)).toEqual({ code: 2, stdout: '', stderr });
  });
});

test.each([
  [['reprot'], "unknown command 'reprot'"],
  [['report', '--wrong'], "unknown option '--wrong'"],
  [['-n', 'shop', 'report'], "unknown option '-n'\nFlags stand after the command: supercargo report -n shop.\n"],
  [['--token=secret', 'report'], "unknown option '--token'\nFlags stand after the command"],
  [['report', '--token=secret'], "unknown option '--token'"],
  [['report', 'nothing'], 'Allowed choices are packages'],
  [['report', '-o', 'xml'], 'there is no output xml'],
  [['report', '-o=xml'], 'there is no output xml'],
  [['report', '-o', ''], '-o: the name of the output is missing. There are: table, '],
  [['report', '-o', '=', '-q'], '-o: the name of the output is missing. There are: table, '],
  [['report', '-o', '=list.csv'], ', lumogon. To write into a file, put one of them before it: -o csv=list.csv.'],
  [['report', '--output===list.csv'], '-o =list.csv: the name of the output is missing. There are: table, '],
  [['report', '-o', 'table='], '-o table=: the name of the file is missing. Give one, -o table=FILE, or print it by -o table.'],
  [['report', '-o', 'csv', '-o', 'json'], 'Only one output can go to stdout'],
  [['report', '--source', 'podman'], 'Allowed choices are docker, kubernetes, node, rootfs'],
  [['report', '--source', 'rootfs'], '--source rootfs: no folder is named. Name one: --rootfs DIR.'],
  [
    ['report', '--source', 'docker', '--docker-host', 'tcp://127.0.0.1:1', '--kubeconfig', 'prod.yaml'],
    '--kubeconfig: --source leaves kubernetes out. Add --source kubernetes, or leave --kubeconfig out.',
  ],
  [
    ['report', '--source', 'kubernetes', '--rootfs', 'test', '--docker-context', 'prod'],
    '--docker-context: --source leaves docker out. Add --source docker, or leave --docker-context out.',
  ],
  [['report', '--source', 'docker', '--wait'], '--wait: it has no effect on what is read here. Use it with --source kubernetes.'],
  [['collect', '--rootfs', 'test', '--agent-namespace', 'a'], '--agent-namespace: it has no effect on what is read here.'],
  [['owner', 'web', '--source', 'docker', '--cluster-name', 'a'], '--cluster-name: it has no effect on what is read here.'],
  [['report', '--source', 'kubernetes', '--no-direct'], '--no-direct: it has no effect on what is read here. Use it with --source docker.'],
  [['report', '--source', 'kubernetes', '--proc-root', '/proc'], 'here. Use it with --source node or --source docker.'],
  [['report', '--wait'], '--wait: no cluster was found whose agents could be waited for. Name one by --kubeconfig'],
  [['report', '--pods', 'pods.json', '--wait'], '--wait: --pods takes the place of a cluster. Leave one of the two out.'],
  [['report', '--pods', 'pods.json', '--server', 'http://127.0.0.1:1'], '--server: --pods takes the place of a cluster.'],
  [['report', '--server', 'http://127.0.0.1:1', '--kubeconfig', 'a'], '--kubeconfig: --server takes the place of a kubeconfig.'],
  [['report', '--timeout', 'soon'], 'a duration such as'],
  [['report', '--max-unread', 'many'], '--max-unread many'],
  [['report', '-A', '-n', 'shop'], 'contradict'],
  [['report', '-n', 'shop,payments'], 'For several, repeat it'],
  [['report', '-n', 'team-*'], '-n team-*: that is no name of a namespace'],
  [['report', '-n', 'Shop'], '-n Shop: that is no name of a namespace, which has only small letters'],
  [['report', '--exclude-namespace', 'shop,payments'], '--exclude-namespace shop,payments: for several, repeat it'],
  [['report', '--from', 'package.json', '-n', 'team-*'], '-n team-*: that is no name of a namespace'],
  [['report', '--rootfs', 'test', '-l', 'app=web'], '-l: the labels are those of pods'],
  [['report', '--kubeconfig', '/nonexistent'], 'Cannot read the kubeconfig /nonexistent (--kubeconfig): no such file.'],
  [['report', '--from', '/nonexistent'], 'no such file'],
  [['collect', '-o', 'csv'], 'supercargo report -o csv'],
])('wrong use: %j', async (args, words) => {
  const { code, stdout, stderr } = await program(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
});

test('short flags take their values as kubectl takes them', async () => {
  const report = async (...flags: string[]) => (await program(['report', '--from', 'fixtures/inventory/inventory.json', ...flags])).stdout;
  const expected = await report('-q', '-n', 'shop', '-o', 'json');
  expect(JSON.parse(expected).rows).not.toEqual([]);
  expect(await report('-qn=shop', '-o=json')).toBe(expected);
  expect(await report('-qnshop', '-ojson')).toBe(expected);
});

test('the version', async () => {
  expect((await program(['--version'])).stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
});

test('one run prints the demo in every format that there is', async () => {
  const formats = formatIds;
  const outputs = formats.flatMap((format) => ['-o', `${format}=${join(folder, `all.${format}`)}`]);
  expect(await program(['demo', '-q', ...outputs])).toEqual({ code: 0, stdout: '', stderr: '' });
  const texts = formats.map((format) => readFileSync(join(folder, `all.${format}`), 'utf8'));
  expect(texts.filter((text) => !text.includes('alpine-baselayout'))).toEqual([]);
  // The script and the style of the page are put in by the build.
  expect(texts[formats.indexOf('html')]).toMatch(/<style>:root\{.+<script>\S.{5000}/s);
});

describe('one run, and a report from its inventory', () => {
  test('give the same bytes and the same exit code', async () => {
    const [inventory, direct] = [join(folder, 'i.json'), join(folder, 'r.json')];
    const first = await program(['demo', '-o', `inventory=${inventory}`, '-o', `json=${direct}`]);
    expect([first.code, first.stdout]).toEqual([0, '']);
    const second = await program(['report', '--from', inventory, '-o', 'json', '--allow-incomplete']);
    expect(second.stdout).toBe(readFileSync(direct, 'utf8'));
    expect(second.code).toBe(0);
    const third = await program(['report', '--from', '-', '-o', 'json'], readFileSync(inventory, 'utf8'));
    expect(third.stdout).toBe(second.stdout);
    expect(third.code).toBe(3);
    expect((await program(['report', '--from', inventory, '--max-unread', '1'])).code).toBe(0);
  });
});

describe('pipes', () => {
  test('`| head` ends quietly', async () => {
    const { stdout, stderr } = await run('bash', ['-c', 'node dist/supercargo.js report -q --rootfs / -o json | head -c 10']);
    expect([stdout.length, stderr]).toEqual([10, '']);
  });

  test('more than a megabyte comes through a slow pipe whole', async () => {
    const packages = Array.from(
      { length: 15_000 },
      (_, index) => `Package: package-${index}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n`,
    );
    const engine = await fakeEngine([{ name: 'big', files: { '/var/lib/dpkg/status': packages.join('\n') } }]);
    const slow = `node dist/supercargo.js collect -q --source docker --docker-host tcp://${engine.address} | (sleep 1; cat)`;
    const stdout = await ok('bash', ['-o', 'pipefail', '-c', slow]);
    engine.close();
    expect(stdout.length).toBeGreaterThan(1024 * 1024);
    expect(JSON.parse(stdout).packages).toHaveLength(15_000);
  });
});

test('--timeout ends the run, and what was not read by then is unread', async () => {
  const engine = await fakeEngine([{ name: 'slow' }], (request) => /archive/.test(request.url as string));
  const { code, stdout } = await program(['collect', '--source', 'docker', '--docker-host', `tcp://${engine.address}`, '--timeout', '1s']);
  engine.close();
  expect([code, JSON.parse(stdout).containers[0].scan.reason]).toEqual([3, 'timeout']);
});

test('progress is for terminals alone', async () => {
  const demo = 'node dist/supercargo.js demo -o csv';
  expect((await run('bash', ['-c', `${demo} 2>&1 >/dev/null`])).stdout).not.toContain('of 11 containers');
  expect((await run('script', ['-qec', `${demo} >/dev/null`, '/dev/null'])).stdout).toContain('of 11 containers');
});

test('the completion of bash is a script that bash takes', async () => {
  const { stdout } = await program(['completion', 'bash']);
  expect((await run('bash', ['-n'], { input: stdout })).code).toBe(0);
  expect(stdout).toContain('--docker-host');
});

describe('bash completes', () => {
  /** What it offers for the last of the words, which it takes apart at each =. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const { stdout: script } = await program(['completion', 'bash']);
    const quoted = ['supercargo', ...words].map((word) => `'${word}'`).join(' ');
    const call = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _supercargo; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return (await ok('bash', ['-c', `${script}${call}`])).split('\n').filter((word) => word !== '');
  }
  const formats = formatIds;

  test.each<[string[], string[]]>([
    [['report', '-o', ''], formats],
    [
      ['report', '--output', 'c'],
      ['csv', 'cyclonedx'],
    ],
    [['report', '--output', '='], formats],
    [
      ['report', '--output', '=', 'c'],
      ['csv', 'cyclonedx'],
    ],
    [['collect', '-o', ''], ['inventory']],
    [['owner', '-o', ''], ['json']],
    [
      ['report', '--color', 'a'],
      ['auto', 'always'],
    ],
    [['report', '--sort'], ['--sort-by']],
    [['report', '--sort-by', 'pa'], ['package']],
    [['report', '--sort-by', '-occ'], ['-occurrences']],
    [['report', '--by', '=', 'team', '--columns', 'te'], ['team']],
    [['demo', 'coverage', '--columns', '=', 'finding,cl'], ['finding,cluster']],
    [
      ['report', 'containers', '--columns', 'pod,i'],
      ['pod,id', 'pod,image'],
    ],
    [['report', 'ma'], ['matrix']],
    [['dem'], ['demo']],
  ])('%j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  test.each([[['report', '--from', '']], [['report', '-l', '']], [['report', '-o', 'csv', '=']], [['report', '-o', 'csv', '=', 'pack']]])(
    '%j by files, as bash does by itself',
    async (words) => {
      expect(await offered(...words)).toEqual([]);
    },
  );
});
