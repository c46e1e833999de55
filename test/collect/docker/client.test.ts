import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type DockerClient, DockerResponseError, openDocker, type RunOptions } from '../../../src/collect/docker/client.ts';
import { MAX_CONNECTIONS } from '../../../src/collect/docker/connector.ts';
import type { DockerEndpoint } from '../../../src/collect/docker/endpoint.ts';
import { CollectError } from '../../../src/model/errors.ts';
import { engineOnSocket, engineOnTcp, temporaryFolder } from './engine.ts';

async function open(endpoint: DockerEndpoint, options: Partial<RunOptions> = {}): Promise<DockerClient> {
  const docker = await openDocker(endpoint, { signal: new AbortController().signal, timeoutMs: 30_000, ...options });
  onTestFinished(() => docker.close());
  return docker;
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error as Error,
  );

const echo: RequestListener = (request, response) => {
  response.end(JSON.stringify({ method: request.method, url: request.url, host: request.headers.host }));
};

describe('what is sent', () => {
  test.each([
    '/version',
    '/containers/json?all=1',
    '/containers/ID/archive?path=%2Fetc%2Fos-release',
    '/containers/ID/archive?path=/etc/os-release&',
    '/a?',
    '/a?b?c',
    '/a/../b/./%2e?x=+%20',
    '//double//slash',
  ] as const)('%s goes out as it is', async (path) => {
    const { endpoint } = await engineOnSocket(echo);
    expect(await (await open(endpoint)).getJson(path)).toEqual({ method: 'GET', url: path, host: 'docker' });
  });

  test('over TCP the prefix stands before the path, and the engine is named as the host', async () => {
    const { endpoint } = await engineOnTcp(echo);
    const docker = await open({ ...endpoint, pathPrefix: '/prefix' });
    expect(await docker.getJson('/a?b=%2F')).toEqual({ method: 'GET', url: '/prefix/a?b=%2F', host: `127.0.0.1:${endpoint.port}` });
  });

  test('HEAD gives the head, and its connection back', async () => {
    const { endpoint, connections } = await engineOnSocket((request, response) =>
      response.setHeader('X-Method', request.method ?? '').end(),
    );
    const docker = await open(endpoint);
    for (let count = 0; count < 2 * MAX_CONNECTIONS; count++) {
      expect((await docker.head('/a'))?.header('x-method')).toBe('HEAD');
    }
    // The next may be asked before the first is given back, hence two.
    expect(connections.length).toBeLessThanOrEqual(2);
  });

  test.each(['tcp://127.0.0.1:1', 'unix:///nowhere', 'ssh://nobody@nowhere', 'tcp://[broken'])(
    'DOCKER_HOST=%s changes nothing',
    async (other) => {
      vi.stubEnv('DOCKER_HOST', other);
      vi.stubEnv('DOCKER_CERT_PATH', '/nowhere');
      vi.stubEnv('DOCKER_TLS_VERIFY', '1');
      vi.stubEnv('DOCKER_PATH_PREFIX', '/prefix');
      onTestFinished(() => void vi.unstubAllEnvs());
      for (const { endpoint } of [await engineOnSocket(echo), await engineOnTcp(echo)]) {
        expect(await (await open(endpoint)).getJson('/a')).toMatchObject({ url: '/a' });
      }
      expect(process.env.DOCKER_HOST).toBe(other);
    },
  );

  test('no more connections than the bound, and they are kept', async () => {
    const { endpoint, connections } = await engineOnSocket((_, response) => void setTimeout(() => response.end('1'), 5));
    const docker = await open(endpoint);
    await Promise.all(Array.from({ length: 5 * MAX_CONNECTIONS }, () => docker.getJson('/a')));
    expect(connections.length).toBe(MAX_CONNECTIONS);
  });

  test('a kept connection that the engine has closed is replaced', async () => {
    let answered = 0;
    const { endpoint, connections } = await engineOnSocket((request, response) => {
      if (request.url === '/b' && connections.length === 1) request.socket.destroy();
      else response.end(String(++answered));
    });
    const docker = await open(endpoint);
    expect(await docker.getJson('/a')).toBe(1);
    expect(await docker.getJson('/b')).toBe(2);
    expect(connections.length).toBe(2);
  });
});

describe('other statuses than 200', () => {
  const answering = (status: number, body: string, headers: Record<string, string> = {}): RequestListener => {
    return (_, response) => response.writeHead(status, headers).end(body);
  };

  test.each([
    [404, '{"message":"No such container: x"}', 'No such container: x'],
    [500, '{"message":"driver failed"}', 'driver failed'],
    [500, 'plain words\n', 'plain words'],
    [400, '{"message":7}', '{"message":7}'],
    [400, 'null', 'null'],
    [503, '', ''],
    [204, '', ''],
    [599, '', ''],
  ])('%i with %j', async (status, body, engineMessage) => {
    const { endpoint } = await engineOnSocket(answering(status, body));
    const error = await rejection((await open(endpoint)).get('/a'));
    expect(error).toBeInstanceOf(DockerResponseError);
    expect(error).toBeInstanceOf(CollectError);
    expect(error).toMatchObject({ name: 'DockerResponseError', status, engineMessage });
    expect(error.message).toContain(`Docker at ${endpoint.name} answered GET /a with ${status}: `);
  });

  test('the message is capped, and a body without end is not read to its end', async () => {
    const { endpoint } = await engineOnSocket((_, response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    const error = await rejection((await open(endpoint)).get('/a'));
    expect(error).toMatchObject({ status: 500, engineMessage: `${'x'.repeat(500)}…` });
  });

  test('HEAD has no body: its status says it, and 404 that there is nothing', async () => {
    const { endpoint } = await engineOnSocket(answering(500, '', { 'X-A': 'b' }));
    const error = await rejection((await open(endpoint)).head('/a'));
    expect(error.message).toBe(`Docker at ${endpoint.name} answered HEAD /a with 500: Internal Server Error`);
    const { endpoint: empty } = await engineOnSocket(answering(404, '', { 'X-A': 'b' }));
    expect(await (await open(empty)).head('/a')).toBeNull();
  });

  test.each([':', 'ftp://x/', '/b', 'unix:///b'])('a redirect to %j is not followed', async (location) => {
    const { endpoint, connections } = await engineOnSocket(answering(301, '', { Location: location }));
    expect(await rejection((await open(endpoint)).get('/a'))).toMatchObject({ status: 301 });
    expect(connections.length).toBe(1);
  });

  test('nor is one to another machine', async () => {
    const other = await engineOnTcp(echo);
    const { endpoint } = await engineOnSocket(answering(307, '', { Location: `http://127.0.0.1:${other.endpoint.port}/` }));
    expect(await rejection((await open(endpoint)).get('/a'))).toMatchObject({ status: 307 });
    await sleep(20);
    expect(other.connections).toEqual([]);
  });
});

describe('JSON', () => {
  test('up to the cap it is read, beyond it is refused', async () => {
    const { endpoint } = await engineOnSocket((_, response) => response.end(`"${'x'.repeat(98)}"`));
    const docker = await open(endpoint);
    expect(await docker.getJson('/a', 100)).toHaveLength(98);
    const error = await rejection(docker.getJson('/a', 99));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(`Docker at ${endpoint.name} answered GET /a with more than 99 bytes: not read.`);
  });

  test('what is not JSON is said', async () => {
    const { endpoint } = await engineOnSocket((_, response) => response.end('<html>'));
    const error = await rejection((await open(endpoint)).getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  test.each([
    ['by length', { 'Content-Length': '100' }],
    ['in chunks', {}],
  ])('a body %s that is cut off is no JSON', async (_, headers) => {
    const { endpoint } = await engineOnSocket((request, response) => {
      response.writeHead(200, headers).write('[1]', () => void setTimeout(() => request.socket.destroy(), 10));
    });
    const error = await rejection((await open(endpoint)).getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toContain('the connection was closed before the answer was complete');
  });
});

describe('waiting', () => {
  const silent: RequestListener = () => {};
  const halfway: RequestListener = (_, response) => void response.write('[1,');

  test('no answer at all', async () => {
    const { endpoint } = await engineOnSocket(silent);
    const error = await rejection((await open(endpoint, { timeoutMs: 50 })).get('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toContain(`Docker at ${endpoint.name}: no answer within 0.05 s to GET /a.`);
  });

  test('an answer that stops', async () => {
    const { endpoint } = await engineOnSocket(halfway);
    const error = await rejection((await open(endpoint, { timeoutMs: 50 })).getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toContain('no answer within 0.05 s');
  });

  test('an error whose message stops', async () => {
    const { endpoint } = await engineOnSocket((_, response) => void response.writeHead(500).write('x'));
    expect((await rejection((await open(endpoint, { timeoutMs: 50 })).get('/a'))).message).toContain('no answer within 0.05 s');
  });

  test('a slow answer that goes on is waited for', async () => {
    const { endpoint } = await engineOnSocket(async (_, response) => {
      for (const part of ['[', '1', ']']) {
        await sleep(60);
        response.write(part);
      }
      response.end();
    });
    expect(await (await open(endpoint, { timeoutMs: 120 })).getJson('/a')).toEqual([1]);
  });

  test('a slow reader is not the fault of the engine', async () => {
    const body = 'x'.repeat(4_000_000);
    const { endpoint } = await engineOnSocket((_, response) => response.end(body));
    const response = await (await open(endpoint, { timeoutMs: 40 })).get('/a');
    await sleep(200);
    expect(await text(response)).toHaveLength(body.length);
  });

  test('but an engine that hangs behind a slow reader is', async () => {
    const { endpoint } = await engineOnSocket(async (_, response) => {
      response.write('x'.repeat(10_000));
      await sleep(20);
      response.write('x'.repeat(60_000)); // fills the buffer of the reader, and leaves nothing in that of the connection
    });
    const response = await (await open(endpoint, { timeoutMs: 60 })).get('/a');
    await sleep(200);
    expect((await rejection(text(response))).message).toContain('no answer within 0.06 s');
  });

  test('a request that waits for a free connection is not the fault of the engine', async () => {
    const { endpoint } = await engineOnSocket((_, response) => void setTimeout(() => response.end('1'), 60));
    const docker = await open(endpoint, { timeoutMs: 150 });
    const asked = Array.from({ length: 4 * MAX_CONNECTIONS }, () => docker.getJson('/a'));
    expect(await Promise.all(asked)).toHaveLength(4 * MAX_CONNECTIONS);
  });

  test('a connection that goes from one request to the next is watched in each', async () => {
    const { endpoint, connections } = await engineOnSocket((request, response) => request.url === '/a' && response.end('1'));
    const docker = await open(endpoint, { timeoutMs: 100 });
    const ask = (path: '/a' | '/silent') => Array.from({ length: MAX_CONNECTIONS }, () => docker.getJson(path));
    const [answered, silent] = [ask('/a'), ask('/silent')];
    expect(await Promise.all(answered)).toHaveLength(MAX_CONNECTIONS);
    for (const error of await Promise.all(silent.map(rejection))) expect(error.message).toContain('no answer within 0.1 s to GET /silent');
    expect(connections).toHaveLength(MAX_CONNECTIONS);
  });

  test('a connection that has timed out is not used again', async () => {
    const { endpoint, connections } = await engineOnSocket((request, response) => request.url === '/b' && response.end('1'));
    const docker = await open(endpoint, { timeoutMs: 500 });
    await rejection(docker.getJson('/a'));
    expect(await docker.getJson('/b')).toBe(1);
    expect(connections.length).toBe(2);
  });

  test('an answer that is cut on a kept connection is not asked for again behind the back of its reader', async () => {
    const asked: unknown[] = [];
    const { endpoint, connections } = await engineOnTcp((request, response) => {
      asked.push(request.url);
      if (request.url !== '/cut') return void response.end('1');
      response.write('x'.repeat(10));
      setTimeout(() => connections.at(-1)?.resetAndDestroy(), 20);
    });
    const docker = await open(endpoint);
    await docker.getJson('/first');
    await rejection(text(await docker.get('/cut')));
    expect(await docker.getJson('/last')).toBe(1);
    expect(asked).toEqual(['/first', '/cut', '/last']);
  });

  test('a machine that takes the connection and never speaks TLS', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    const tls = { ca: null, cert: null, key: null, verify: true };
    const docker = await open(
      { kind: 'tcp', host: '127.0.0.1', port, pathPrefix: '', tls, name: 'tcp://silent', chosenBy: 'test' },
      { timeoutMs: 50 },
    );
    expect((await rejection(docker.get('/a'))).message).toContain('no answer within 0.05 s');
  });

  describe.each([
    ['an error', new Error('the run took too long')],
    ['the default', undefined],
    ['not an error', 'enough'],
  ])('an abort whose reason is %s', (_, given) => {
    const aborted = async (act: (docker: DockerClient) => Promise<unknown>, answer: RequestListener, before = false) => {
      const controller = new AbortController();
      const { endpoint } = await engineOnSocket(answer);
      if (before) controller.abort(given);
      else setTimeout(() => controller.abort(given), 30);
      expect(await rejection(act(await open(endpoint, { signal: controller.signal })))).toBe(controller.signal.reason);
    };
    test('before the request', () => aborted((docker) => docker.get('/a'), silent, true));
    test('before the answer', () => aborted((docker) => docker.get('/a'), silent));
    test('in the body', () => aborted((docker) => docker.getJson('/a'), halfway));
    test('in the queue', () =>
      aborted((docker) => Promise.all(Array.from({ length: 3 * MAX_CONNECTIONS }, () => docker.getJson('/a'))), silent));
  });

  test('an abort ends a body that the caller reads, with the reason', async () => {
    const { endpoint } = await engineOnSocket(halfway);
    const controller = new AbortController();
    const response: IncomingMessage = await (await open(endpoint, { signal: controller.signal })).get('/a');
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 10);
    expect(await rejection(text(response))).toBe(reason);
  });

  test('one signal serves many requests by one listener, and nothing stays behind on it', async () => {
    const { endpoint } = await engineOnSocket(echo);
    const { signal } = new AbortController();
    const docker = await open(endpoint, { signal });
    const askAll = () => Promise.all(Array.from({ length: 3 * MAX_CONNECTIONS }, () => docker.getJson('/a')));
    for (const round of [1, 2]) {
      const asked = askAll();
      expect(getEventListeners(signal, 'abort'), `round ${round}`).toHaveLength(1);
      await asked;
      await sleep(5);
      expect(getEventListeners(signal, 'abort'), `round ${round}`).toEqual([]);
    }
  });

  test('close ends what is under way', async () => {
    const { endpoint } = await engineOnSocket(silent);
    const docker = await open(endpoint);
    setTimeout(() => docker.close(), 20);
    expect(await rejection(docker.get('/a'))).toBeInstanceOf(CollectError);
  });
});

describe('TLS', () => {
  async function certificates() {
    const folder = await temporaryFolder();
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl(...newKey, '-x509', '-days', '2', '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem');
    const signed = (name: string, address: string) =>
      openssl(
        ...[...newKey, '-x509', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${address}`],
        ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-keyout', `${name}.key`, '-out', `${name}.pem`],
      );
    signed('engine', 'IP:127.0.0.1');
    signed('elsewhere', 'DNS:elsewhere');
    signed('client', 'DNS:client');
    const read = (name: string) => readFileSync(join(folder, name));
    return { ca: read('ca.pem'), pair: (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) }) };
  }

  test('both sides show and check certificates', async () => {
    const { ca, pair } = await certificates();
    const server = { ...pair('engine'), ca, requestCert: true, rejectUnauthorized: true };
    const { endpoint, connections } = await engineOnTcp(echo, { server, client: { ca, ...pair('client'), verify: true } });
    const docker = await open(endpoint);
    expect(await docker.getJson('/a?b=c')).toMatchObject({ url: '/a?b=c' });
    await docker.getJson('/a');
    expect(connections.length).toBe(1);
    const stranger = await open({ ...endpoint, tls: { ca, cert: null, key: null, verify: true } });
    expect(await rejection(stranger.getJson('/a'))).toBeInstanceOf(CollectError);
  });

  test('a certificate of an unknown authority, or of another machine, is refused unless nothing is checked', async () => {
    const { ca, pair } = await certificates();
    const none = { cert: null, key: null };
    const { endpoint } = await engineOnTcp(echo, { server: pair('elsewhere'), client: { ca, ...none, verify: true } });
    for (const authority of [ca, null]) {
      const error = await rejection((await open({ ...endpoint, tls: { ca: authority, ...none, verify: true } })).getJson('/a'));
      expect(error).toBeInstanceOf(CollectError);
      expect(error.message).toContain(`Cannot reach Docker at ${endpoint.name}: TLS fails (`);
      expect(error.message).toContain('DOCKER_CERT_PATH');
    }
    expect(await (await open({ ...endpoint, tls: { ca: null, ...none, verify: false } })).getJson('/a')).toMatchObject({ url: '/a' });
  });

  test('TLS where the engine speaks none, and none where it speaks TLS', async () => {
    const { ca, pair } = await certificates();
    const client = { ca, cert: null, key: null, verify: true };
    const plain = await engineOnTcp(echo);
    expect((await rejection((await open({ ...plain.endpoint, tls: client })).getJson('/a'))).message).toContain('TLS fails');
    const secure = await engineOnTcp(echo, { server: pair('engine'), client });
    expect(await rejection((await open({ ...secure.endpoint, tls: null })).getJson('/a'))).toBeInstanceOf(CollectError);
  });
});

describe('no engine', () => {
  test('no socket', async () => {
    const error = await rejection(
      (await open({ kind: 'unix', socketPath: '/nowhere/docker.sock', name: 'unix:///nowhere/docker.sock', chosenBy: 'test' })).getJson(
        '/a',
      ),
    );
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(
      'Cannot reach Docker at unix:///nowhere/docker.sock: there is no such socket. Start Docker, or set --docker-host.',
    );
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  test('nobody listens', async () => {
    const { endpoint, server } = await engineOnTcp(echo);
    await new Promise((closed) => server.close(closed));
    expect((await rejection((await open(endpoint)).getJson('/a'))).message).toBe(
      `Cannot reach Docker at ${endpoint.name}: nothing listens there. Start Docker, or set --docker-host.`,
    );
  });

  test('something that does not speak HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    const docker = await open({ kind: 'tcp', host: '127.0.0.1', port, pathPrefix: '', tls: null, name: 'tcp://other', chosenBy: 'test' });
    expect((await rejection(docker.getJson('/a'))).message).toContain('what answers there does not speak HTTP');
  });

  test('wrong use of Node is a bug, not broken surroundings', async () => {
    const { endpoint } = await engineOnSocket(echo);
    expect(await rejection((await open(endpoint)).getJson('/with space'))).toBeInstanceOf(TypeError);
  });
});
