import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { formatIds } from '../../src/format/formatters.ts';
import { fakeApiServer } from '../fakes/api-server.ts';
import { type FakeServer, fakeEngine, idOf, type Override, sendJson, serve } from '../fakes/engine.ts';

// Secrets stand wherever the program may come by one, each another; and whatever it says and writes is searched for them.

// Most of these run the program many times.
vi.setConfig({ testTimeout: 120_000 });

/** A secret that a URL has to encode, with what tells it from all others. */
const canary = () => `canary+/=&${randomBytes(12).toString('hex')}`;

const canaries = {
  token: canary(),
  tokenInFile: canary(),
  basicPassword: canary(),
  execToken: canary(),
  execStderr: canary(),
  execArgument: canary(),
  execEnvironment: canary(),
  clientCertificate: canary(),
  clientKey: canary(),
  serverPassword: canary(),
  clusterProxyPassword: canary(),
  proxyPassword: canary(),
  dockerHostPassword: canary(),
  dockerKey: canary(),
  registryAuth: canary(),
  registryHeader: canary(),
  environment: canary(),
  containerEnvironment: canary(),
  imageEnvironment: canary(),
  podEnvironment: canary(),
  podAnnotation: canary(),
  config: canary(),
  postHeader: canary(),
  postQuery: canary(),
} as const;

/** What the random part of a secret looks like: as it is, and in base64, wherever in it it stands. URLs leave it as it is. */
function formsOf(secret: string): string[] {
  const random = secret.slice(-24);
  const shifted = [0, 1, 2].map((shift) => Buffer.from('.'.repeat(shift) + random).toString('base64'));
  // What shares a character with what stands before or after is left out.
  return [random, ...shifted.map((text) => text.slice(4, -4))];
}

const found = (text: string) =>
  Object.entries(canaries).flatMap(([name, secret]) => (formsOf(secret).some((form) => text.includes(form)) ? [name] : []));

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const open: FakeServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-canaries-'));
  for (const name of ['home/.docker', 'cache', 'out', 'certs']) await mkdir(at(name), { recursive: true });
  const auth = Buffer.from(`me:${canaries.registryAuth}`).toString('base64');
  const dockerConfig = {
    auths: { 'registry.example': { auth, identitytoken: canaries.registryAuth } },
    HttpHeaders: { 'X-Secret': canaries.registryHeader },
    proxies: { default: { httpProxy: urlWith('http', 'me', canaries.proxyPassword, 'proxy.example') } },
  };
  await writeFile(at('home/.docker/config.json'), JSON.stringify(dockerConfig));
  await writeFile(at('supercargo.yaml'), `# ${canaries.config}\nownership: { keys: [team] }\n`);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const server of open.splice(0)) server.close();
});

const urlWith = (scheme: string, user: string, password: string, place: string) =>
  `${scheme}://${user}:${encodeURIComponent(password)}@${place}`;

interface Seen {
  readonly code: number | null;
  readonly stderr: string;
  readonly titles: string;
  /** The names of the secrets in what was said and written. */
  readonly leaks: readonly string[];
  /** Those in what others see of the process while it runs. */
  readonly shown: readonly string[];
}

/** Runs the built program among the secrets, and looks at all that comes of it. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const proxy = urlWith('http', 'me', canaries.proxyPassword, '127.0.0.1:9');
  const surroundings = {
    PATH: process.env.PATH as string,
    HOME: at('home'),
    XDG_CACHE_HOME: at('cache'),
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    AWS_SECRET_ACCESS_KEY: canaries.environment,
    ...env,
  };
  const child = spawn(process.execPath, ['dist/supercargo.js', ...args], { env: surroundings, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  const titles: string[] = [];
  const watch = setInterval(() => titles.push(titleOf(child.pid as number)), 20);
  titles.push(titleOf(child.pid as number));
  const [code] = await once(child, 'close');
  clearInterval(watch);
  const texts = [Buffer.concat([...said, ...stderr]).toString(), ...(await filesBelow(at('cache'))), ...(await filesBelow(at('out')))];
  const shown = found(titles.join('\n'));
  return { code, stderr: Buffer.concat(stderr).toString(), titles: titles.join('\n'), leaks: found(texts.join('\n')), shown };
}

/** As Linux tells it to all users; on other systems nothing is looked at. */
function titleOf(pid: number): string {
  if (!existsSync(`/proc/${pid}`)) return '';
  return ['cmdline', 'comm'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\n');
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
}

const pod = {
  metadata: {
    ...{ name: 'web', namespace: 'shop', uid: 'uid-of-shop-web', labels: { team: 'team-a' } },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': canaries.podAnnotation },
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'web', env: [{ name: 'PASSWORD', value: canaries.podEnvironment }] }] },
  status: {
    containerStatuses: [{ name: 'web', image: 'fake:1', imageID: '', containerID: `docker://${idOf('web')}`, state: { running: {} } }],
  },
};

async function engine(): Promise<FakeServer> {
  const labels = { 'io.kubernetes.pod.uid': pod.metadata.uid, 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'shop' };
  const files = { '/var/lib/dpkg/status': 'Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: all\n' };
  const secretive: Override = ({ url = '' }, response) => {
    const Config = (secret: string) => ({ Env: [`PASSWORD=${secret}`], Cmd: [secret], Labels: null });
    if (url.startsWith('/images/')) sendJson(response, { RepoTags: ['fake:1'], Config: Config(canaries.imageEnvironment) });
    else if (/^\/containers\/[0-9a-f]+\/json$/.test(url))
      sendJson(response, {
        State: { Running: true, StartedAt: 'x' },
        Config: Config(canaries.containerEnvironment),
        Args: [canaries.containerEnvironment],
      });
    else return false;
    return true;
  };
  const server = await fakeEngine([{ name: 'web', labels, files }], secretive);
  open.push(server);
  return server;
}

/** An API server, with the headers that came. */
async function cluster(override: Override = () => false): Promise<FakeServer & { readonly headers: IncomingHttpHeaders[] }> {
  const headers: IncomingHttpHeaders[] = [];
  const server = await fakeApiServer([], (request, response) => {
    headers.push(request.headers);
    if (override(request, response)) return true;
    if (!request.url?.startsWith('/api/v1/pods')) return false;
    sendJson(response, { metadata: {}, items: [pod] });
    return true;
  });
  open.push(server);
  return { ...server, headers };
}

/** A server that repeats what it was sent, in every way that comes to its mind. */
const echo =
  (status: number): Override =>
  ({ headers: { authorization = '' } }, response) => {
    const value = authorization.replace(/^\S+ /, '');
    const decoded = Buffer.from(value, 'base64').toString();
    const ways = [authorization, decoded, decoded.split(':')[1] ?? '', Buffer.from(value).toString('base64'), encodeURIComponent(value)];
    const message = ways[echoes++ % ways.length] as string;
    sendJson(response, { message: `you sent ${message}` }, status, { 'Retry-After': '0' });
    return true;
  };
let echoes = 0;

async function kubeconfig(server: string, user: object, more: object = {}): Promise<string[]> {
  const content = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true, ...more } }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'me' } }],
  };
  await writeFile(at('kubeconfig'), JSON.stringify(content));
  return ['--kubeconfig', at('kubeconfig')];
}

/** A credentials plug-in that does what a line of sh says. */
const exec = (script: string) => ({
  exec: {
    ...{ apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script, canaries.execArgument] },
    env: [{ name: 'SECRET', value: canaries.execEnvironment }],
  },
});
const credential = JSON.stringify({ status: { token: canaries.execToken } });

/** As each kind of user has them in a kubeconfig, and what the server is sent. */
const users: Readonly<Record<string, () => Promise<{ user: object; sent: string; server?: (place: string) => string }>>> = {
  token: async () => ({ user: { token: canaries.token }, sent: `Bearer ${canaries.token}` }),
  'a token in a file, as of a service account': async () => {
    await writeFile(at('token'), canaries.tokenInFile);
    return { user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile: at('token') } } }, sent: `Bearer ${canaries.tokenInFile}` };
  },
  'a password': async () => ({
    user: { username: 'me', password: canaries.basicPassword },
    sent: `Basic ${Buffer.from(`me:${canaries.basicPassword}`).toString('base64')}`,
  }),
  'a plug-in': async () => ({
    user: exec(`echo '${credential}'; echo '${canaries.execStderr}' >&2`),
    sent: `Bearer ${canaries.execToken}`,
  }),
  'a password in the URL of the server': async () => ({
    user: {},
    sent: `Basic ${Buffer.from(`me:${canaries.serverPassword}`).toString('base64')}`,
    server: (place) => urlWith('http', 'me', canaries.serverPassword, place),
  }),
};

test('the search finds what it looks for', () => {
  for (const [name, secret] of Object.entries(canaries)) {
    const forms = [
      secret,
      encodeURIComponent(secret),
      ...['', 'a', 'me:'].map((start) => Buffer.from(`${start}${secret}!`).toString('base64')),
    ];
    for (const form of forms) expect(found(`before${form}after`)).toEqual([name]);
  }
  expect(found('none')).toEqual([]);
});

describe.each(Object.keys(users))('credentials: %s', (kind) => {
  test('are used, and in nothing that is written', async () => {
    const { user, sent, server = (place) => `http://${place}` } = await (users[kind] as (typeof users)[string])();
    const api = await cluster();
    const flags = [
      ...(await kubeconfig(server(api.address), user)),
      ...['--docker-host', `tcp://${(await engine()).address}`, '--config', at('supercargo.yaml'), '-v'],
      ...formatIds.flatMap((format) => ['-o', `${format}=${at('out', format)}`]),
    ];
    const seen = await run(['report', ...flags]);
    expect(seen).toMatchObject({ code: 0, leaks: [], shown: [] });
    expect(api.headers.map(({ authorization }) => authorization)).toContain(sent);
    expect(await readFile(at('out/csv'), 'utf8')).toContain('team-a');
  });

  test.each([401, 403, 404, 503])('are not repeated where a server answers %i and repeats them', async (status) => {
    const { user, server = (place) => `http://${place}` } = await (users[kind] as (typeof users)[string])();
    const api = await cluster(echo(status));
    for (const source of [
      ['--source', 'kubernetes'],
      ['--docker-host', `tcp://${(await engine()).address}`, '-o', `inventory=${at('out/inventory')}`],
    ]) {
      const seen = await run(['report', '-v', ...source, ...(await kubeconfig(server(api.address), user))]);
      expect(seen).toMatchObject({ leaks: [], shown: [] });
      expect([2, 3]).toContain(seen.code);
      expect(seen.stderr).toContain(String(status));
    }
  });

  test('do not follow a redirect', async () => {
    const { user, server = (place) => `http://${place}` } = await (users[kind] as (typeof users)[string])();
    const other = await serve((_, response) => sendJson(response, {}));
    open.push(other);
    const api = await cluster(({ url }, response) => {
      response.writeHead(307, { Location: `http://${other.address}${url}` }).end();
      return true;
    });
    const seen = await run(['report', '-v', '--source', 'kubernetes', ...(await kubeconfig(server(api.address), user))]);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [] });
    expect([api.headers.length > 0, other.requests]).toEqual([true, []]);
  });

  test('are not in what is said of a server that is not there, or speaks no TLS', async () => {
    const { user, server = (place) => `http://${place}` } = await (users[kind] as (typeof users)[string])();
    const api = await cluster();
    for (const url of [server('127.0.0.1:9'), server(api.address).replace('http:', 'https:')]) {
      const seen = await run(['report', '-v', '--source', 'kubernetes', ...(await kubeconfig(url, user))]);
      expect(seen).toMatchObject({
        code: 2,
        leaks: [],
        shown: [],
        stderr: expect.stringContaining('Cannot reach the cluster at 127.0.0.1:'),
      });
    }
  });
});

describe('what is sent with --post', () => {
  const sent: IncomingHttpHeaders[] = [];
  async function post(override: Override) {
    const endpoint = await serve((request, response) => {
      sent.push(request.headers);
      request.resume().once('end', () => override(request, response));
    });
    open.push(endpoint);
    await writeFile(at('headers'), `Authorization: Bearer ${canaries.postHeader}\n`);
    const flags = [
      ...['--docker-host', `tcp://${(await engine()).address}`, '-v', '--request-timeout', '2s'],
      ...['--post-headers', at('headers')],
    ];
    return { endpoint, run: (url = `http://${endpoint.address}/in`) => run(['report', '--source', 'docker', ...flags, '--post', url]) };
  }

  test('has its headers, which are in nothing that is written', async () => {
    const to = await post((_, response) => response.writeHead(204).end() !== null);
    // The team is not known: no cluster is asked.
    expect(await to.run()).toMatchObject({ code: 3, leaks: [], shown: [] });
    expect(sent.at(-1)?.authorization).toBe(`Bearer ${canaries.postHeader}`);
  });

  test.each([401, 404, 503])('is not repeated where an endpoint answers %i and repeats it', async (status) => {
    const seen = await (await post(echo(status))).run();
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining(String(status)) });
  });

  test('does not follow a redirect', async () => {
    const other = await serve((_, response) => sendJson(response, {}));
    open.push(other);
    const to = await post((_, response) => response.writeHead(307, { Location: `http://${other.address}/` }).end() !== null);
    expect(await to.run()).toMatchObject({ code: 2, leaks: [], shown: [] });
    expect(other.requests).toEqual([]);
  });

  // A token in a query is on the command line, where all see it; nothing adds to that.
  test('has an address of which what is said shows no query', async () => {
    const to = await post(echo(403));
    const seen = await to.run(`http://${to.endpoint.address}/in?token=${encodeURIComponent(canaries.postQuery)}`);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: ['postQuery'] });
  });
});

describe('surroundings that are wrong are told without the secrets in them', () => {
  test.each([
    ['a plug-in that fails', exec(`echo "I have $SECRET and $0" >&2; exit 1`), 'credentials plug-in of the kubeconfig (sh) fails'],
    ['a plug-in that writes no JSON', exec(`echo '${canaries.execToken}'`), 'credentials plug-in of the kubeconfig (sh) fails'],
    [
      'a plug-in that writes other JSON',
      exec(`echo '{"token":"${canaries.execToken}"}'`),
      'credentials plug-in of the kubeconfig (sh) fails',
    ],
    [
      'a plug-in that is not there',
      { exec: { ...exec('').exec, command: 'no-such-plug-in' } },
      'kubeconfig, no-such-plug-in, is not there.',
    ],
    ['a token with a line break', { token: `${canaries.token}\nX: y` }, 'Invalid character in header content'],
  ])('%s', async (_, user, words) => {
    const api = await cluster();
    const seen = await run(['report', '-v', '--source', 'kubernetes', ...(await kubeconfig(`http://${api.address}`, user))]);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining(words) });
  });

  test('a certificate and a key that are none', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const user = { 'client-certificate-data': base64(canaries.clientCertificate), 'client-key-data': base64(canaries.clientKey) };
    const seen = await run(['report', '-v', '--source', 'kubernetes', ...(await kubeconfig('https://127.0.0.1:9', user))]);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining('Cannot reach the cluster') });
  });

  test('the proxy of a cluster', async () => {
    const refusing = await serve((_, response) => response.writeHead(407).end(canaries.clusterProxyPassword));
    open.push(refusing);
    for (const proxy of ['http', 'socks5'].flatMap((scheme) =>
      ['127.0.0.1:9', refusing.address].map((place) => [scheme, place] as const),
    )) {
      const url = urlWith(proxy[0], 'me', canaries.clusterProxyPassword, proxy[1]);
      const flags = await kubeconfig('https://cluster.invalid', { token: canaries.token }, { 'proxy-url': url });
      const seen = await run(['report', '-v', '--request-timeout', '2s', '--source', 'kubernetes', ...flags]);
      expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining('cluster.invalid') });
    }
  });

  test.each([
    ['is no YAML', () => `users: [{ token: ${canaries.token} }\n  - x: {`, 'it is not a readable kubeconfig file'],
    ['has a server that is no URL', () => serverIn(urlWith('https', 'me', canaries.serverPassword, ':x y')), 'no URL'],
    ['has a server of another scheme', () => serverIn(urlWith('ftp', 'me', canaries.serverPassword, 'host')), 'no URL'],
  ])('a kubeconfig that %s', async (_, content, words) => {
    await writeFile(at('kubeconfig'), content());
    const seen = await run(['report', '-v', '--source', 'kubernetes', '--kubeconfig', at('kubeconfig')]);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining(words) });
    expect(seen.stderr).not.toContain('bug');
  });

  const serverIn = (server: string) =>
    JSON.stringify({
      ...{
        'current-context': 'a',
        clusters: [{ name: 'a', cluster: { server } }],
        users: [{ name: 'a', user: { token: canaries.token } }],
      },
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    });

  test.each(['--from', '--pods', '--config', '--kubeconfig'])('a file of secrets that is given to %s', async (flag) => {
    for (const content of [`token: ${canaries.token}\n`, JSON.stringify({ token: canaries.token }), `${canaries.token}: [`]) {
      await writeFile(at('wrong'), content);
      expect(await run(['report', '-v', flag, at('wrong')], { DOCKER_HOST: 'tcp://127.0.0.1:9' })).toMatchObject({
        code: 2,
        leaks: [],
        shown: [],
      });
    }
  });
});

describe('Docker', () => {
  test('a password in DOCKER_HOST', async () => {
    const { address } = await engine();
    for (const place of [address, '127.0.0.1:9', 'a:b:c', 'host:99999', 'ho st'])
      for (const scheme of ['tcp', 'https', 'ssh', 'ftp']) {
        if (scheme === 'ssh' && place === '127.0.0.1:9') continue;
        const seen = await run(['report', '-v', '--no-cache', '--source', 'docker'], {
          DOCKER_HOST: urlWith(scheme, 'me', canaries.dockerHostPassword, place),
        });
        expect(seen).toMatchObject({ code: scheme === 'tcp' && place === address ? 3 : 2, leaks: [], shown: [] });
      }
    const raw = `tcp://me:12/${canaries.dockerHostPassword}@127.0.0.1:9`;
    const turned = `me:${canaries.dockerHostPassword}@host://x`;
    for (const DOCKER_HOST of [raw, turned])
      expect(await run(['report', '-v'], { DOCKER_HOST })).toMatchObject({ code: 2, leaks: [], shown: [] });
  });

  test('a key that is none', async () => {
    for (const file of ['ca.pem', 'cert.pem', 'key.pem']) await writeFile(at('certs', file), canaries.dockerKey);
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:9', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: at('certs') };
    const seen = await run(['report', '-v', '--source', 'docker'], env);
    expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining('127.0.0.1:9') });
  });

  test.each([`{"auths": {"x": {"auth": "${canaries.registryAuth}"`, `{"currentContext": {"${canaries.registryAuth}": 1}}`])(
    'a config.json that is broken',
    async (content) => {
      await writeFile(at('home/.docker/config.json'), content);
      const seen = await run(['report', '-v', '--source', 'docker']);
      expect(seen).toMatchObject({ code: 2, leaks: [], shown: [], stderr: expect.stringContaining('config.json') });
    },
  );
});

describe('on the command line', () => {
  // All users of a machine may read it: what is typed there is shown, whatever the program does.
  test.each([
    ['--server', () => [urlWith('https', 'me', canaries.serverPassword, 'host')], 'see --kubeconfig'],
    ['--server', () => [urlWith('https', 'me', canaries.serverPassword, 'ho st')], 'is no URL'],
    ['--server', () => [`me:${canaries.serverPassword}@host`], 'is no URL'],
    ['--docker-host', () => [urlWith('tcp', 'me', canaries.dockerHostPassword, '127.0.0.1:9')], '127.0.0.1:9'],
  ])('a secret in %s is not repeated', async (flag, values, words) => {
    const seen = await run(['report', '-v', flag, ...values()]);
    expect(seen).toMatchObject({ code: 2, leaks: [], stderr: expect.stringContaining(words) });
    if (process.platform === 'linux') expect(seen.titles).toContain(`supercargo.js\0report\0-v\0${flag}\0`);
  });

  test.each(['--token', '--password'])('%s=SECRET, as kubectl has it, is refused without the secret', async (flag) => {
    const seen = await run(['report', `${flag}=${canaries.token}`]);
    expect(seen).toMatchObject({ code: 2, leaks: [], stderr: expect.stringContaining(`unknown option '${flag}'`) });
  });
});

test('inventories and the cache are for their user alone', async () => {
  const api = await cluster();
  const flags = [...(await kubeconfig(`http://${api.address}`, {})), '--docker-host', `tcp://${(await engine()).address}`];
  const outputs = ['inventory', 'cyclonedx', 'lumogon'].map((format) => at('out', format));
  await run(['report', ...flags, ...outputs.flatMap((path) => ['-o', `${path.split('/').pop()}=${path}`])]);
  const cached = (await readdir(at('cache/supercargo'))).map((name) => at('cache/supercargo', name));
  expect(cached.length).toBeGreaterThan(0);
  for (const path of [...outputs, ...cached]) expect([path, (await stat(path)).mode & 0o777]).toEqual([path, 0o600]);
  expect((await stat(at('cache/supercargo'))).mode & 0o777).toBe(0o700);
});
