import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Container } from '../../src/model/container.ts';
import type { Source } from '../../src/model/inventory.ts';
import { makeProc } from '../collect/node/made-proc.ts';
import { run } from '../e2e/commands.ts';
import { type FakePod, fakeApiServer, podOf as podAnswer } from '../fakes/api-server.ts';
import { type FakeContainer, type FakeServer, fakeEngine, idOf, type Override, sendJson, type serve } from '../fakes/engine.ts';
import { environment, program } from './program.ts';

const status = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n';
const web: FakeContainer = {
  name: 'web',
  labels: { team: 'team-a' },
  files: { '/var/lib/dpkg/status': status, '/etc/os-release': 'ID=debian\n' },
};
const inPod = (container: FakeContainer, pod: string): FakeContainer => ({
  ...container,
  labels: { 'io.kubernetes.pod.uid': `uid-of-shop-${pod}`, 'io.kubernetes.pod.name': pod, 'io.kubernetes.pod.namespace': 'shop' },
});
const pod = (name: string, labels = {}): FakePod => ({
  namespace: 'shop',
  name,
  labels,
  containers: [{ name, id: idOf(name), state: 'running' }],
});

const open: FakeServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function engine(containers: readonly FakeContainer[], override?: Override): Promise<string[]> {
  const server = await fakeEngine(containers, override);
  open.push(server);
  return ['--docker-host', `tcp://${server.address}`];
}

async function cluster(pods: readonly FakePod[], override?: Override): Promise<string[]> {
  const server = await fakeApiServer(pods, override);
  open.push(server);
  return ['--server', `http://${server.address}`];
}

const on =
  (pattern: RegExp, answer: Parameters<typeof serve>[0]): Override =>
  (request, response) => {
    if (!pattern.test(`${request.method} ${request.url}`)) return false;
    answer(request, response);
    return true;
  };

async function scanOf(flags: readonly string[]) {
  const { code, stdout, stderr } = await program(['collect', '--source', 'docker', ...flags]);
  return { code, stderr, scan: JSON.parse(stdout).containers[0].scan };
}

describe('no source', () => {
  test('an engine that is not there: exit 2, and the way out', async () => {
    const { code, stdout, stderr } = await program(['report', '--docker-host', 'unix:///nonexistent/docker.sock']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Cannot reach Docker at unix:///nonexistent/docker.sock: there is no such socket.');
  });

  test('no cluster, which alone was asked for: exit 2, and the way out', async () => {
    const stderr = 'A cluster was asked for, and none was found. Set --kubeconfig.\n';
    expect(await program(['report', '--source', 'kubernetes'])).toEqual({ code: 2, stdout: '', stderr });
  });

  test('no cluster, which was asked for beside what was read: exit 3, and it is in the result', async () => {
    const { code, stdout, stderr } = await program(['collect', '--rootfs', 'test', '--source', 'kubernetes']);
    const sources = JSON.parse(stdout).sources.map(({ kind, error }: Source) => [kind, error]);
    expect(sources).toEqual([
      ['kubernetes', 'A cluster was asked for, and none was found. Set --kubeconfig.'],
      ['rootfs', null],
    ]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('1 of 2 sources could not be asked (kubernetes: A cluster was asked for')]);
  });

  test('a root folder that is none', async () => {
    const { code, stdout, stderr } = await program(['report', '--rootfs', '/nonexistent']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('/nonexistent');
  });
});

describe('an engine', () => {
  test('is asked by GET and HEAD alone', async () => {
    const server = await fakeEngine([web]);
    open.push(server);
    const { code } = await program(['report', '--source', 'docker', '--docker-host', `tcp://${server.address}`]);
    expect(code).toBe(0);
    expect(server.requests.length).toBeGreaterThan(5);
    expect(server.requests.filter((request) => !/^(GET|HEAD) /.test(request))).toEqual([]);
  });

  test('that hangs', async () => {
    const { code, stdout, stderr } = await program([
      ...['report', '--request-timeout', '300ms', '--source', 'docker'],
      ...(await engine([web], () => true)),
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no answer within 0.3 s');
  });

  test.each([
    [
      'answers 500',
      (_: unknown, response: Parameters<Override>[1]) => sendJson(response, { message: 'out of order' }, 500),
      'out of order',
    ],
    ['sends HTML', (_: unknown, response: Parameters<Override>[1]) => response.end('<html>'), 'not JSON'],
    ['sends another JSON', (_: unknown, response: Parameters<Override>[1]) => sendJson(response, { a: 1 }), 'not what it should be'],
    [
      'cuts the list',
      (_: unknown, response: Parameters<Override>[1]) =>
        response.writeHead(200, { 'Content-Length': '1000' }).write('[{', () => response.destroy()),
      'Docker',
    ],
  ])('that %s: exit 2', async (_, answer, words) => {
    const flags = await engine([web], on(/GET \/containers\/json/, answer));
    const { code, stdout, stderr } = await program(['report', '--source', 'docker', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});

describe('a container', () => {
  test('that ended in mid-scan is gone, which makes nothing incomplete', async () => {
    const gone = on(/GET .*\/json$/, (request, response) =>
      request.url === '/containers/json'
        ? sendJson(response, [{ Id: idOf('web'), Names: null, Image: 'x', ImageID: 'y', Labels: null }])
        : sendJson(response, {}, 404),
    );
    const { code, scan } = await scanOf(await engine([web], (request, response) => request.url !== '/version' && gone(request, response)));
    expect([code, scan.status, scan.reason]).toEqual([0, 'unread', 'gone']);
  });

  test('that ends between the list of its paths and the last look is gone, not without a database', async () => {
    let looks = 0;
    const ending = on(/\/containers\/[0-9a-f]+\//, (request, response) => {
      if (request.url?.endsWith('/json') && looks++ === 0) return sendJson(response, { State: { Running: true, StartedAt: 'x' } });
      return sendJson(response, {}, 404);
    });
    const { code, scan } = await scanOf(await engine([web], ending));
    expect([code, scan.status, scan.reason]).toEqual([0, 'unread', 'gone']);
  });

  test('of which a proxy shows no file is unread, not without a database', async () => {
    const { code, scan } = await scanOf(
      await engine(
        [web],
        on(/archive/, (_, response) => sendJson(response, {}, 404)),
      ),
    );
    expect([code, scan.status, scan.reason]).toEqual([3, 'unread', 'failed']);
  });

  test('of which a proxy refuses the files is forbidden', async () => {
    const { code, scan } = await scanOf(
      await engine(
        [web],
        on(/archive/, (_, response) => sendJson(response, {}, 403)),
      ),
    );
    expect([code, scan.status, scan.reason]).toEqual([3, 'unread', 'forbidden']);
  });

  const keptBack = [
    [403, (response: Parameters<Override>[1]) => sendJson(response, {}, 403)],
    [404, (response: Parameters<Override>[1]) => sendJson(response, {}, 404)],
    [500, (response: Parameters<Override>[1]) => sendJson(response, {}, 500)],
    [
      'a cut',
      (response: Parameters<Override>[1]) => response.writeHead(200, { 'Content-Length': '9' }).write('{', () => response.destroy()),
    ],
  ] as const;
  test.each(keptBack)('whose image is kept back with %s is read all the same', async (_, answer) => {
    const { labels: __, ...nobodys } = web;
    const outcome = await scanOf(
      await engine(
        [nobodys],
        on(/GET \/images/, (___, response) => void answer(response)),
      ),
    );
    expect([outcome.code, outcome.scan.status]).toEqual([0, 'read']);
  });

  test('whose image is kept back may have its team from there: it is not known', async () => {
    const flags = await engine(
      [web],
      on(/GET \/images/, (_, response) => sendJson(response, {}, 500)),
    );
    const { code, stdout } = await program(['collect', '-q', '--source', 'docker', ...flags]);
    const [{ team, scan }] = JSON.parse(stdout).containers;
    expect([code, scan.status, team.status, team.name, team.unasked]).toEqual([3, 'read', 'unknown', null, ['Container']]);
  });

  test.each(['/etc/os-release', '/usr/lib/os-release'])('whose %s does not come is read in part, and has no other system', async (path) => {
    const later = { '/usr/lib/os-release': 'ID=other\n' };
    const files = { '/var/lib/dpkg/status': status, ...(path.startsWith('/etc') && { [path]: 'ID=debian\n' }), ...later };
    const refuse = (request: Parameters<Override>[0], response: Parameters<Override>[1]) => {
      if (!request.url?.includes(encodeURIComponent(path))) return false;
      sendJson(response, {}, 500);
      return true;
    };
    const flags = await engine([{ ...web, files }], refuse);
    const { code, stdout } = await program(['collect', '-q', '--source', 'docker', ...flags]);
    const { containers, systems, packages } = JSON.parse(stdout);
    expect([code, containers[0].scan.status, containers[0].scan.reason, systems]).toEqual([3, 'partial', 'failed', []]);
    expect(packages.map(({ name, version }: Record<string, string>) => [name, version])).toEqual([['bash', '5.2-1']]);
  });

  test('whose files do not come in time', async () => {
    const { code, scan } = await scanOf([
      ...(await engine(
        [web],
        on(/GET .*archive/, () => {}),
      )),
      '--request-timeout',
      '300ms',
    ]);
    expect([code, scan.status, scan.reason]).toEqual([3, 'unread', 'timeout']);
  });

  test.each([0, 2])('whose archive of a folder ends after %i of its files, and says nothing of an end', async (files) => {
    const name = 'x-docker-container-path-stat';
    const stat = { name: 'status.d', size: 4096, mode: 2 ** 31, mtime: 'x', linkTarget: '' };
    const header = Buffer.from(JSON.stringify(stat)).toString('base64');
    const archive = pack();
    for (const file of ['a', 'b']) archive.entry({ name: `status.d/${file}` }, `Package: ${file}\nVersion: 1\n`);
    archive.finalize();
    const parts: Buffer[] = [];
    for await (const part of archive) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    const distroless = { name: 'distroless', files: { '/var/lib/dpkg/status.d/a': 'x' } };
    const cut = on(/GET .*archive.*status\.d/, (_, response) =>
      response.writeHead(200, { [name]: header }).end(bytes.subarray(0, files * 1024)),
    );
    const { code, scan } = await scanOf(await engine([distroless], cut));
    expect([code, scan.status, scan.reason, scan.packageSet]).toEqual([3, 'unread', 'failed', null]);
    expect(scan.message).toContain('Its end is missing');
  });

  test('whose archive is cut', async () => {
    const cut = on(/GET .*archive/, (_, response) => {
      const stat = Buffer.from(JSON.stringify({ name: 'status', size: status.length, mode: 420, mtime: 'x', linkTarget: '' })).toString(
        'base64',
      );
      response.writeHead(200, { 'X-Docker-Container-Path-Stat': stat }).end(Buffer.alloc(700, 'x'));
    });
    const { code, scan } = await scanOf(await engine([web], cut));
    expect([code, scan.status, scan.reason]).toEqual([3, 'unread', 'failed']);
  });

  test('with a damaged database', async () => {
    const damaged = { ...web, files: { '/var/lib/dpkg/status': 'not a database at all' } };
    const { code, scan } = await scanOf(await engine([damaged]));
    expect([code, scan.status, scan.reason]).toEqual([3, 'unread', 'damaged']);
  });

  test('without any database', async () => {
    const { code, scan } = await scanOf(await engine([{ name: 'static' }]));
    expect([code, scan.status, scan.reason]).toEqual([0, 'no-database', null]);
  });

  test('with two databases, of which one is damaged, is read in part', async () => {
    const both = { ...web, files: { ...web.files, '/lib/apk/db/installed': 'garbage' } };
    const { code, scan } = await scanOf(await engine([both]));
    expect([code, scan.status, scan.reason]).toEqual([3, 'partial', 'damaged']);
  });
});

describe('a cluster', () => {
  const refused = (code: number): Override => on(/GET \/api\/v1\/pods/, (_, response) => sendJson(response, { message: 'no' }, code));

  test.each([
    [401, '(401)'],
    [403, 'name them with -n'],
    [410, '410'],
  ])('that answers %i: packages with unknown teams, exit 3', async (code, words) => {
    const outcome = await program(['report', '-o', 'csv', ...(await engine([inPod(web, 'web')])), ...(await cluster([], refused(code)))]);
    expect(outcome.stdout).toContain('bash,5.2-1,deb,1,0,(unknown)');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain(words);
  });

  test.each<[string, readonly string[], Override, string]>([
    [
      'answers',
      ['by-hand'],
      () => false,
      '1 container of the local engine belongs to no pod of the cluster: left out (--source docker shows it)',
    ],
    [
      'answers',
      ['a', 'b'],
      () => false,
      '2 containers of the local engine belong to no pod of the cluster: left out (--source docker shows them)',
    ],
    [
      'does not',
      ['by-hand'],
      refused(403),
      '1 container of the local engine names no pod, and no cluster could be asked: left out (--source docker shows it)',
    ],
    [
      'does not',
      ['a', 'b'],
      refused(403),
      '2 containers of the local engine name no pod, and no cluster could be asked: left out (--source docker shows them)',
    ],
  ])('that %s: of %j on the laptop it is said why they are left out', async (_, names, override, note) => {
    const local = names.map((name) => ({ ...web, name }));
    const flags = [
      ...(await engine([...local, inPod({ ...web, name: 'in-pod' }, 'in-pod')])),
      ...(await cluster([pod('in-pod')], override)),
    ];
    const { stderr } = await program(['report', ...flags]);
    expect(stderr.split('\n')).toContain(note);
  });

  const namespaced = (...names: readonly string[]) => names.flatMap((name) => ['-n', name]);
  const inPay = { ...pod('till', { team: 'team-pay' }), namespace: 'pay' };
  const refusing = (...names: readonly string[]): Override =>
    on(new RegExp(`GET /api.*/namespaces/(${names.join('|')})(/|$|\\?)`), (_, response) => sendJson(response, { message: 'no' }, 403));

  test('that refuses one of several namespaces gives the others, and says which it refused', async () => {
    const flags = [...(await cluster([inPay, pod('web')], refusing('shop', 'far'))), ...namespaced('pay', 'shop', 'far')];
    const { code, stdout } = await program(['collect', '-q', '--source', 'kubernetes', ...flags]);
    const { containers, sources, diagnostics } = JSON.parse(stdout);
    expect(containers.map(({ name, team }: Container) => [name, team.name, team.status])).toEqual([['till', 'team-pay', 'owned']]);
    expect([code, sources[0].containers]).toEqual([3, 1]);
    // Of the others nothing else was asked.
    expect(diagnostics.filter(({ message }: { message: string }) => message.includes('(403)'))).toEqual([]);
    expect(sources[0].error).toBe(
      ['shop', 'far']
        .map((name) => `The pods of the namespace ${name} could not be listed. The account may not read this (403): no.`)
        .join(' '),
    );
  });

  test('that refuses all of several namespaces was not asked', async () => {
    const flags = [...(await cluster([inPay], refusing('pay', 'shop'))), ...namespaced('pay', 'shop')];
    const { code, stdout, stderr } = await program(['collect', '-q', '--source', 'kubernetes', ...flags]);
    expect([code, stdout, stderr]).toEqual([2, '', 'The account may not read this (403): no.\n']);
  });

  test('is told by its name where several are asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'supercargo-clusters-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [fine, shy, bad] = await Promise.all(
      [() => false, refusing('shop', 'supercargo'), on(/GET/, (_, response) => sendJson(response, {}, 401))].map(async (override, at) => {
        const isKubeSystem: Override = (request, response) => {
          if (request.url !== '/api/v1/namespaces/kube-system') return override(request, response);
          sendJson(response, { metadata: { name: 'kube-system', uid: `uid-${at}` } });
          return true;
        };
        return (await cluster([inPay], at < 2 ? isKubeSystem : override))[1] as string;
      }),
    );
    const servers = { fine, shy, bad, dead: 'https://127.0.0.1:9' };
    const content = {
      clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } })),
      contexts: Object.keys(servers).map((name) => ({ name, context: { cluster: name, user: 'me' } })),
      users: [{ name: 'me', user: {} }],
    };
    const file = join(folder, 'config');
    await writeFile(file, JSON.stringify(content));
    const flags = ['--source', 'kubernetes', '--kubeconfig', file, '--context', '*', ...namespaced('pay', 'shop')];
    const { code, stdout } = await program(['collect', '-q', ...flags]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout).sources.map(({ name, error }: { name: string; error: string }) => [name, error])).toEqual([
      ['bad', expect.stringMatching(/^bad: The cluster does not accept the credentials/)],
      ['dead', expect.stringMatching(/^dead: Cannot reach the cluster at 127\.0\.0\.1:9/)],
      ['fine', null],
      ['shy', expect.stringMatching(/^shy: The pods of the namespace shop could not be listed/)],
    ]);
  });

  // As kubectl reads it. What comes through a pipe can be read once.
  test.each([
    ['--kubeconfig', 'node dist/supercargo.js collect -q --source kubernetes --kubeconfig <(cat)'],
    ['KUBECONFIG', 'KUBECONFIG=<(cat) node dist/supercargo.js collect -q --source kubernetes'],
  ])('whose kubeconfig comes by %s through a pipe is asked', async (_, command) => {
    const [, server] = await cluster([pod('web')]);
    const kubeconfig = {
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'prod',
    };
    const { stdout, stderr } = await run('bash', ['-c', command], { env: environment, input: JSON.stringify(kubeconfig) });
    expect(stderr).toMatch(/^Incomplete: 1 of 1 container not read\./);
    expect(JSON.parse(stdout)).toMatchObject({ clusters: [{ name: 'prod' }], containers: [{ name: 'web' }] });
  });

  test('and an engine that do not answer before the run has to end are both named', async () => {
    const silent: Override = () => true;
    const flags = [...(await engine([], silent)), ...(await cluster([], silent)), '--cluster-name', 'prod', '--timeout', '300ms'];
    const { code, stderr } = await program(['report', ...flags]);
    const late = 'did not answer before the run had to end (--timeout).';
    expect([code, stderr]).toEqual([2, `The cluster prod ${late}\nThe container engine ${late}\n`]);
  });

  test('that does not answer', async () => {
    const flags = [...(await engine([inPod(web, 'web')])), ...(await cluster([], () => true)), '--request-timeout', '300ms'];
    const { code, stdout, stderr } = await program(['report', '-o', 'csv', ...flags]);
    expect(stdout).toContain('(unknown)');
    expect(code).toBe(3);
    expect(stderr).toContain('no answer within 0.3 s');
  });

  test('that says 429 is asked again when it says', async () => {
    let refusals = 2;
    const busy: Override = (request, response) => {
      if (!request.url?.startsWith('/api/v1/pods') || refusals-- <= 0) return false;
      sendJson(response, {}, 429, { 'Retry-After': '0' });
      return true;
    };
    const flags = [...(await engine([inPod(web, 'web')])), ...(await cluster([pod('web', { team: 'team-b' })], busy))];
    const { code, stdout } = await program(['report', '-o', 'csv', ...flags]);
    expect([code, stdout]).toEqual([0, 'package,version,type,occurrences,unowned,teams\nbash,5.2-1,deb,1,0,team-b\n']);
  });

  test('whose list expires between two pages is listed afresh, and nothing is twice', async () => {
    const pods = Array.from({ length: 1234 }, (_, index) => pod(`p${index}`));
    let expired = false;
    const expiring: Override = (request, response) => {
      if (expired || !request.url?.includes('continue=500')) return false;
      expired = true;
      sendJson(response, { message: 'too old' }, 410);
      return true;
    };
    const { stdout } = await program(['collect', '--source', 'kubernetes', ...(await cluster(pods, expiring))]);
    expect(expired).toBe(true);
    expect(JSON.parse(stdout).containers).toHaveLength(1234);
  });

  test('what does not run is counted apart and expected of nobody', async () => {
    const job: FakePod = {
      ...{ namespace: 'shop', name: 'job' },
      containers: [
        { name: 'done', id: idOf('done'), state: 'terminated' },
        { name: 'crashing', state: 'waiting' },
        { name: 'setup', id: idOf('setup'), state: 'terminated', type: 'init' },
      ],
    };
    const flags = [...(await engine([inPod(web, 'web')])), ...(await cluster([pod('web'), job]))];
    const { code, stdout } = await program(['report', '-o', 'json', ...flags]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).coverage.containers).toMatchObject({ running: 1, read: 1, waiting: 1, terminated: 2 });
  });

  test('names a container that the engine of its node does not have any more: gone', async () => {
    const flags = [...(await engine([inPod(web, 'web')])), ...(await cluster([pod('web'), pod('ended')]))];
    const { code, stdout } = await program(['report', '-o', 'json', ...flags]);
    expect([code, JSON.parse(stdout).coverage.containers.gone]).toEqual([0, 1]);
  });

  test('with Docker failing: every running container is unread', async () => {
    const flags = ['--docker-host', 'unix:///nonexistent/docker.sock', ...(await cluster([pod('web')]))];
    const { code, stdout } = await program(['report', '-o', 'json', ...flags]);
    expect([code, JSON.parse(stdout).coverage.containers.unread]).toEqual([3, 1]);
  });

  test('is not the laptop: containers of no pod are left out, and it is said', async () => {
    const flags = [...(await engine([web, inPod({ ...web, name: 'shop' }, 'shop')])), ...(await cluster([pod('shop')]))];
    const { stdout, stderr } = await program(['collect', ...flags]);
    expect(JSON.parse(stdout).containers).toHaveLength(1);
    expect(stderr).toContain('1 container of the local engine belongs to no pod of the cluster: left out');
  });
});

describe('--rootfs', () => {
  const folder = ['--rootfs', 'test'];
  const sourcesOf = async (flags: readonly string[]) => {
    const { code, stdout } = await program(['collect', '-q', ...folder, ...flags]);
    const { sources, containers } = JSON.parse(stdout);
    return { code, kinds: sources.map(({ kind, error }: Source) => [kind, error === null]), containers: containers.length };
  };

  test('alone is all that is read, whatever the surroundings name', async () => {
    const { stdout } = await program(['collect', '-q', ...folder], undefined, { DOCKER_HOST: 'tcp://127.0.0.1:1', KUBECONFIG: '/nosuch' });
    expect(JSON.parse(stdout).sources.map(({ kind }: Source) => kind)).toEqual(['rootfs']);
  });

  test('beside a flag for an engine: that engine is asked, too', async () => {
    expect(await sourcesOf(await engine([web]))).toEqual({
      code: 0,
      kinds: [
        ['docker', true],
        ['rootfs', true],
      ],
      containers: 2,
    });
    const failed = {
      code: 3,
      kinds: [
        ['docker', false],
        ['rootfs', true],
      ],
      containers: 1,
    };
    expect(await sourcesOf(['--docker-host', 'unix:///nonexistent/docker.sock'])).toEqual(failed);
  });

  test('beside flags for a cluster: that cluster is asked, too', async () => {
    const both = [
      ['kubernetes', true],
      ['rootfs', true],
    ];
    expect(await sourcesOf(await cluster([]))).toEqual({ code: 0, kinds: both, containers: 1 });
    // Nobody reads the containers of the file: that is told.
    const pods = await mkdtemp(join(tmpdir(), 'supercargo-pods-'));
    onTestFinished(() => rm(pods, { recursive: true }));
    await writeFile(
      join(pods, 'pods.json'),
      JSON.stringify({ kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', ...podAnswer(pod('web')) }] }),
    );
    expect(await sourcesOf(['--pods', join(pods, 'pods.json')])).toEqual({ code: 3, kinds: both, containers: 2 });
  });

  test.each([
    [['--kubeconfig', '/nosuch'], 'Cannot read the kubeconfig /nosuch (--kubeconfig): no such file.'],
    [['--context', 'x'], 'There is no kubeconfig with a context x. Set --kubeconfig.'],
    [['--docker-context', 'x'], 'x'],
  ])('beside %j that lead nowhere: exit 2', async (flags, words) => {
    const { code, stdout, stderr } = await program(['report', ...folder, ...flags]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  });
});

describe('the node', () => {
  const cgroup = (name: string) => `/docker/${idOf(name)}`;

  test('is read only when it is asked for', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: cgroup('web'), files: web.files ?? {} });
    const { stdout, stderr } = await program(['collect', '--proc-root', proc.folder, ...(await engine([]))]);
    expect(JSON.parse(stdout).containers).toEqual([]);
    expect(stderr).not.toContain(proc.folder);
  });

  test('with Kubernetes: containers are joined with their pods, and of the others nothing is left out', async () => {
    const proc = makeProc();
    proc.start(10, { cgroup: cgroup('web'), files: web.files ?? {} });
    proc.start(11, { cgroup: cgroup('local'), files: web.files ?? {} });
    proc.start(12, { cgroup: cgroup('sandbox'), name: 'pause', files: { '/pause': 'x' } });
    const flags = [
      '--source',
      'node',
      '--source',
      'kubernetes',
      '--proc-root',
      proc.folder,
      ...(await cluster([pod('web', { team: 'team-b' })])),
    ];
    const { code, stdout } = await program(['collect', ...flags]);
    const found = JSON.parse(stdout).containers.map(({ name, pod: its, team, scan }: Container) => [
      name,
      its?.name,
      team.name ?? team.status,
      scan.by,
      scan.status,
    ]);
    expect(found.sort()).toEqual([
      // Its labels, which an engine would know, may name a team.
      [idOf('local').slice(0, 12), undefined, 'unknown', 'node', 'read'],
      ['web', 'web', 'team-b', 'node', 'read'],
    ]);
    expect(code).toBe(3);
  });

  test('together with Docker: the engine tells the facts, and the node reads what the engine cannot', async () => {
    const proc = makeProc();
    for (const [pid, name] of [
      [10, 'web'],
      [11, 'api'],
    ] as const)
      proc.start(pid, { cgroup: cgroup(name), files: web.files ?? {} });
    const refusing = on(new RegExp(`/containers/${idOf('api')}/archive`), (_, response) => sendJson(response, { message: 'no' }, 403));
    const flags = [
      '--source',
      'docker',
      '--source',
      'node',
      '--proc-root',
      proc.folder,
      ...(await engine([web, { ...web, name: 'api' }], refusing)),
    ];
    const { stdout } = await program(['collect', ...flags]);
    const found = JSON.parse(stdout).containers.map(({ name, team, scan }: Container) => [name, team.name, scan.by, scan.status]);
    expect(found.sort()).toEqual([
      ['api', 'team-a', 'node', 'read'],
      ['web', 'team-a', 'docker', 'read'],
    ]);
  });
});

test('README shows what the demo prints, and the demo ends with 0 and is quiet', async () => {
  const { code, stdout, stderr } = await program(['demo', '-q']);
  expect([code, stderr]).toEqual([0, '']);
  expect(await readFile('README.md', 'utf8')).toContain(stdout);
});

describe('a proxy that takes connections and says nothing', () => {
  async function through(...flags: string[]) {
    const proxy = createServer().listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const folder = await mkdtemp(join(tmpdir(), 'supercargo-proxy-'));
    onTestFinished(async () => {
      proxy.close();
      await rm(folder, { recursive: true });
    });
    const file = join(folder, 'config');
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const kubeconfig = {
      clusters: [{ name: 'c', cluster: { server: 'https://cluster.example:6443', 'proxy-url': proxyUrl } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'prod',
    };
    await writeFile(file, JSON.stringify(kubeconfig));
    return program(['report', '--source', 'kubernetes', '--kubeconfig', file, ...flags]);
  }

  test('is given up after so many times the longest silence', async () => {
    const { code, stderr } = await through('--request-timeout', '50ms');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Cannot reach the cluster at cluster.example:6443: no connection within 1 s.'),
    ]);
  });

  test('holds up no run that has to end', async () => {
    const { code, stderr } = await through('--timeout', '300ms');
    expect([code, stderr]).toEqual([2, 'The cluster prod did not answer before the run had to end (--timeout).\n']);
  });
});
