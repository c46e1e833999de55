import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DockerEndpoint, type EndpointChoice, resolveDockerEndpoint } from '../../../src/collect/docker/endpoint.ts';
import { CollectError, UsageError } from '../../../src/model/errors.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'supercargo-endpoint-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), content);
}

const digest = (name: string) => createHash('sha256').update(name).digest('hex');

async function writeContext(name: string, engine: object | null, files: Record<string, string> = {}, config = '.docker'): Promise<void> {
  const Endpoints = engine === null ? {} : { docker: engine };
  await write(`${config}/contexts/meta/${digest(name)}/meta.json`, JSON.stringify({ Name: name, Metadata: {}, Endpoints }));
  for (const [file, content] of Object.entries(files)) await write(`${config}/contexts/tls/${digest(name)}/docker/${file}`, content);
}

interface Case {
  readonly flags?: Partial<EndpointChoice>;
  readonly env?: Record<string, string>;
  readonly sockets?: readonly string[];
}

function resolve({ flags = {}, env = {}, sockets = [] }: Case): Promise<DockerEndpoint | null> {
  const isSocket = async (path: string) => sockets.includes(path);
  return resolveDockerEndpoint({ host: null, context: null, ...flags }, { env, homeDirectory: home, isSocket });
}

async function refusal(asked: Case): Promise<Error> {
  return resolve(asked).then(
    (endpoint) => expect.fail(`it resolved to ${endpoint?.name}`),
    (error: Error) => error,
  );
}

describe('who chooses the engine', () => {
  beforeEach(async () => {
    await writeContext('flag', { Host: 'tcp://from-flag' });
    await writeContext('variable', { Host: 'tcp://from-variable' });
    await writeContext('current', { Host: 'tcp://from-config' });
    await write('.docker/config.json', JSON.stringify({ auths: {}, currentContext: 'current' }));
  });
  const sockets = ['/var/run/docker.sock'];
  const both = { DOCKER_HOST: 'tcp://from-host', DOCKER_CONTEXT: 'variable' };
  test.each([
    ['--docker-host before all', { flags: { host: 'tcp://asked' }, env: both, sockets }, 'tcp://asked:2375', '--docker-host'],
    ['--docker-context before the variables', { flags: { context: 'flag' }, env: both, sockets }, 'tcp://from-flag:2375', 'context flag'],
    ['DOCKER_HOST before DOCKER_CONTEXT', { env: both, sockets }, 'tcp://from-host:2375', 'DOCKER_HOST'],
    ['DOCKER_CONTEXT before the config', { env: { DOCKER_CONTEXT: 'variable' }, sockets }, 'tcp://from-variable:2375', 'context variable'],
    ['the config before the default sockets', { sockets }, 'tcp://from-config:2375', 'context current'],
    ['an empty variable is none', { env: { DOCKER_HOST: '', DOCKER_CONTEXT: '' }, sockets }, 'tcp://from-config:2375', 'context current'],
    ['--docker-context default: DOCKER_HOST', { flags: { context: 'default' }, env: both, sockets }, 'tcp://from-host:2375', 'DOCKER_HOST'],
    [
      '--docker-context default: no other context',
      { flags: { context: 'default' }, env: { DOCKER_CONTEXT: 'variable' }, sockets },
      'unix:///var/run/docker.sock',
      'default socket',
    ],
    [
      'DOCKER_CONTEXT=default: not the config',
      { env: { DOCKER_CONTEXT: 'default' }, sockets },
      'unix:///var/run/docker.sock',
      'default socket',
    ],
  ] as const)('%s', async (_, asked, name, chosenBy) => {
    expect(await resolve(asked)).toMatchObject({ name, chosenBy });
  });

  test('both flags are a contradiction, as in the docker CLI', async () => {
    expect(await refusal({ flags: { host: 'tcp://a', context: 'flag' } })).toBeInstanceOf(UsageError);
  });

  test('DOCKER_CONFIG is where config and contexts are', async () => {
    await write('other/config.json', '{"currentContext":"elsewhere"}');
    await writeContext('elsewhere', { Host: 'unix:///elsewhere.sock' }, {}, 'other');
    expect(await resolve({ env: { DOCKER_CONFIG: join(home, 'other') } })).toEqual({
      kind: 'unix',
      socketPath: '/elsewhere.sock',
      name: 'unix:///elsewhere.sock',
      chosenBy: 'context elsewhere',
    });
  });
});

describe('default sockets', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
  const inOrder = () => [
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    '/run/user/1000/docker.sock',
    '/run/user/1000/podman/podman.sock',
    '/run/podman/podman.sock',
  ];

  test.each([0, 1, 2, 3, 4])('number %i is taken when those before it are not there', async (index) => {
    const sockets = inOrder().slice(index);
    expect(await resolve({ env, sockets })).toMatchObject({ kind: 'unix', socketPath: sockets[0], chosenBy: 'default socket' });
  });

  test('none there: no engine', async () => {
    expect(await resolve({ env })).toBeNull();
  });

  test('without XDG_RUNTIME_DIR its sockets are not looked for', async () => {
    expect(await resolve({ sockets: inOrder().slice(2, 4) })).toBeNull();
  });

  test('only a socket counts: a folder in its place, as Docker makes, does not', async () => {
    const surroundings = { env: { XDG_RUNTIME_DIR: home }, homeDirectory: home };
    await mkdir(join(home, 'docker.sock'));
    await mkdir(join(home, 'podman'));
    const server = createServer().listen(join(home, 'podman', 'podman.sock'));
    await new Promise((listening) => server.once('listening', listening));
    const found = await resolveDockerEndpoint({ host: null, context: 'default' }, surroundings);
    server.close();
    expect(['/var/run/docker.sock', join(home, 'podman', 'podman.sock')]).toContain(found?.kind === 'unix' ? found.socketPath : null);
  });

  test('asked for TLS and for no host, the docker CLI goes to the TLS port of this machine', async () => {
    await write('.docker/ca.pem', 'CA');
    expect(await resolve({ env: { DOCKER_TLS_VERIFY: '1' }, sockets: inOrder() })).toMatchObject({
      name: 'tcp://localhost:2376',
      chosenBy: 'DOCKER_TLS_VERIFY',
    });
  });
});

describe('TLS by variables', () => {
  const host = 'tcp://engine';

  test('DOCKER_TLS_VERIFY takes the files of the config folder, and checks', async () => {
    for (const name of ['ca', 'cert', 'key']) await write(`.docker/${name}.pem`, name);
    expect(await resolve({ env: { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '0' } })).toMatchObject({
      name: 'tcp://engine:2376',
      port: 2376,
      tls: { ca: Buffer.from('ca'), cert: Buffer.from('cert'), key: Buffer.from('key'), verify: true },
    });
  });

  test('DOCKER_TLS alone does not check; DOCKER_CERT_PATH says where the files are', async () => {
    await write('certs/ca.pem', 'CA');
    expect(await resolve({ env: { DOCKER_HOST: host, DOCKER_TLS: '1', DOCKER_CERT_PATH: join(home, 'certs') } })).toMatchObject({
      tls: { ca: Buffer.from('CA'), cert: null, key: null, verify: false },
    });
  });

  test('the variables hold for --docker-host, not for contexts', async () => {
    await write('.docker/ca.pem', 'CA');
    await writeContext('plain', { Host: host });
    const env = { DOCKER_TLS_VERIFY: '1' };
    expect(await resolve({ flags: { host }, env })).toMatchObject({ port: 2376, tls: { verify: true } });
    expect(await resolve({ flags: { context: 'plain' }, env })).toMatchObject({ port: 2375, tls: null });
  });

  test.each(['unix:///s', 'ssh://box'])('%s needs none of the files', async (socket) => {
    expect(await resolve({ flags: { host: socket }, env: { DOCKER_TLS_VERIFY: '1' } })).toMatchObject({ name: socket });
  });

  test('a missing ca.pem is named', async () => {
    const error = await refusal({ env: { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' } });
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(
      `Cannot read ${join(home, '.docker/ca.pem')}, which DOCKER_TLS_VERIFY asks for: no such file. Set DOCKER_CERT_PATH, or unset DOCKER_TLS_VERIFY.`,
    );
  });

  test.each([
    ['cert.pem', 'key.pem'],
    ['key.pem', 'cert.pem'],
  ])('%s without %s is refused', async (there, missing) => {
    await write('.docker/ca.pem', 'CA');
    await write(`.docker/${there}`, 'PEM');
    const error = await refusal({ env: { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' } });
    expect(error.message).toBe(`Cannot use ${join(home, '.docker', there)}: ${missing} is missing beside it. Add it, or remove both.`);
  });
});

describe('contexts', () => {
  test('TLS files make TLS', async () => {
    await writeContext('prod', { Host: 'tcp://prod:2376', SkipTLSVerify: false }, { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' });
    expect(await resolve({ flags: { context: 'prod' } })).toEqual({
      kind: 'tcp',
      host: 'prod',
      port: 2376,
      pathPrefix: '',
      tls: { ca: Buffer.from('CA'), cert: Buffer.from('CERT'), key: Buffer.from('KEY'), verify: true },
      name: 'tcp://prod:2376',
      chosenBy: 'context prod',
    });
  });

  test('SkipTLSVerify makes TLS that is not checked, without files too', async () => {
    await writeContext('lab', { Host: 'tcp://lab', SkipTLSVerify: true });
    expect(await resolve({ flags: { context: 'lab' } })).toMatchObject({ port: 2376, tls: { ca: null, verify: false } });
  });

  test('an unknown one is wrong use when a flag names it', async () => {
    const error = await refusal({ flags: { context: 'nope' } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('There is no Docker context "nope"');
    expect(error.message).toContain('docker context ls');
  });

  test('an unknown one is broken surroundings when a variable or the config names it', async () => {
    expect(await refusal({ env: { DOCKER_CONTEXT: 'nope' } })).toBeInstanceOf(CollectError);
    await write('.docker/config.json', '{"currentContext":"gone"}');
    expect((await refusal({})).message).toContain('There is no Docker context "gone"');
  });

  test.each([
    ['not JSON', '{', 'it is not JSON'],
    ['of another form', '{"Endpoints":{"docker":{"Host":7}}}', 'Endpoints.docker.Host is not of the form'],
  ])('a meta.json that is %s is named', async (_, content, reason) => {
    const path = `.docker/contexts/meta/${digest('odd')}/meta.json`;
    await write(path, content);
    const error = await refusal({ flags: { context: 'odd' } });
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toContain(`Cannot read ${join(home, path)}: `);
    expect(error.message).toContain(reason);
  });

  test.each([null, {}, { Host: '' }])('one without a host (%j) is refused', async (engine) => {
    await writeContext('empty', engine);
    expect((await refusal({ flags: { context: 'empty' } })).message).toContain('names no Docker host');
  });

  test('a broken config.json is said, and not looked at when the engine is chosen without it', async () => {
    await write('.docker/config.json', '{"currentContext":');
    expect((await refusal({})).message).toContain(`Cannot read ${join(home, '.docker/config.json')}: it is not JSON`);
    expect(await resolve({ env: { DOCKER_HOST: 'unix:///s' } })).not.toBeNull();
    expect(await resolve({ flags: { context: 'default' } })).toBeNull();
  });

  test('a config.json that cannot be read is said', async () => {
    await mkdir(join(home, '.docker/config.json'), { recursive: true });
    const error = await refusal({});
    expect(error.message).toContain('EISDIR');
    expect(error.cause).toMatchObject({ code: 'EISDIR' });
  });
});
