import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type DockerClient, openDocker, type RunOptions } from '../../../src/collect/docker/client.ts';
import type { SshEndpoint } from '../../../src/collect/docker/endpoint.ts';
import { MAX_SSH_CONNECTIONS, sshArguments } from '../../../src/collect/docker/ssh-connection.ts';
import { CollectError } from '../../../src/model/errors.ts';
import { engineOnSocket, temporaryFolder } from './engine.ts';

const box: SshEndpoint = { kind: 'ssh', user: null, host: 'box', port: null, socketPath: null, name: 'ssh://box', chosenBy: 'test' };

afterEach(() => void vi.unstubAllEnvs());

interface FakeSsh {
  readonly docker: DockerClient;
  /** What each ssh was called with, and its process. */
  readonly calls: () => readonly { readonly pid: number; readonly words: readonly string[] }[];
}

/** Puts a program named ssh first on the PATH; it notes each call, and then does as the script says. */
async function fakeSsh(script: string, endpoint = box, options: Partial<RunOptions> = {}): Promise<FakeSsh> {
  const folder = await temporaryFolder();
  const log = join(folder, 'calls');
  const note = `require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify({ pid: process.pid, words: process.argv.slice(2) }) + '\\n');`;
  await writeFile(join(folder, 'ssh'), `#!${process.execPath}\n${note}\n${script}\n`);
  await chmod(join(folder, 'ssh'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const docker = await openDocker(endpoint, { signal: new AbortController().signal, timeoutMs: 30_000, ...options });
  onTestFinished(() => docker.close());
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { docker, calls: () => lines().map((line) => JSON.parse(line)) };
}

/** An ssh that leads to an engine on a Unix socket. */
async function sshTo(answer: RequestListener, endpoint = box, options: Partial<RunOptions> = {}): Promise<FakeSsh> {
  const engine = await engineOnSocket(answer);
  const bridge = `const s = require('node:net').connect(${JSON.stringify(engine.endpoint.socketPath)}); process.stdin.pipe(s).pipe(process.stdout);`;
  return fakeSsh(bridge, endpoint, options);
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error as Error,
  );

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const allEnded = ({ calls }: FakeSsh) =>
  vi.waitFor(() => expect(calls().filter(({ pid }) => isRunning(pid))).toEqual([]), { timeout: 5000 });

describe('the words after ssh', () => {
  const common = ['-o', 'ConnectTimeout=30', '-T'];
  test.each<[string, Partial<SshEndpoint>, string[]]>([
    ['a machine', {}, ['--', 'box', 'docker', 'system', 'dial-stdio']],
    ['a user and a port', { user: 'me', port: 2222 }, ['-l', 'me', '-p', '2222', '--', 'box', 'docker', 'system', 'dial-stdio']],
    ['a socket', { socketPath: '/run/d.sock' }, ['--', 'box', 'docker', "'--host=unix:///run/d.sock'", 'system', 'dial-stdio']],
    [
      'a socket that the shell would run',
      { socketPath: "/$(x)';y" },
      ['--', 'box', 'docker', "'--host=unix:///$(x)'\\'';y'", 'system', 'dial-stdio'],
    ],
  ])('%s', (_, asked, words) => {
    expect(sshArguments({ ...box, ...asked })).toEqual([...common, ...words]);
  });
});

describe('over ssh', () => {
  test('requests follow each other on one connection', async () => {
    const ssh = await sshTo((request, response) => response.end(JSON.stringify(request.url)), { ...box, user: 'me' });
    expect(await ssh.docker.getJson('/a?b=%2F')).toBe('/a?b=%2F');
    await new Promise((later) => setTimeout(later, 20));
    expect(await ssh.docker.getJson('/c')).toBe('/c');
    expect(ssh.calls().map(({ words }) => words)).toEqual([sshArguments({ ...box, user: 'me' })]);
  });

  test('so do heads, on one of their own', async () => {
    const ssh = await sshTo((_, response) => response.end());
    for (const path of ['/a', '/b', '/c'] as const) expect((await ssh.docker.head(path))?.status).toBe(200);
    expect(ssh.calls()).toHaveLength(1);
    ssh.docker.close();
    await allEnded(ssh);
  });

  test('many at a time share few', async () => {
    const ssh = await sshTo((_, response) => void setTimeout(() => response.end('1'), 5));
    await Promise.all(Array.from({ length: 20 }, () => ssh.docker.getJson('/a')));
    expect(ssh.calls()).toHaveLength(MAX_SSH_CONNECTIONS);
  });

  test('a large answer comes whole, and no faster than its reader takes it', async () => {
    const body = 'supercargo'.repeat(500_000);
    let sent: ServerResponse | undefined;
    const ssh = await sshTo(
      (_, response) => {
        sent = response.end(body);
      },
      box,
      { timeoutMs: 300 },
    );
    const response = await ssh.docker.get('/a');
    await new Promise((later) => setTimeout(later, 700));
    expect(sent?.writableFinished).toBe(false);
    expect((await text(response)) === body).toBe(true);
  });

  test('an answer that ends with its connection is whole too', async () => {
    const ssh = await sshTo((_, response) => {
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
      response.end('[1]');
    });
    expect(await ssh.docker.getJson('/a')).toEqual([1]);
    await allEnded(ssh);
  });

  test('close ends every ssh', async () => {
    const ssh = await sshTo((_, response) => response.end('1'));
    await ssh.docker.getJson('/a');
    expect(ssh.calls().map(({ pid }) => isRunning(pid))).toEqual([true]);
    ssh.docker.close();
    await allEnded(ssh);
  });

  test('so does an abort, with its reason', async () => {
    const controller = new AbortController();
    const ssh = await sshTo(() => {}, box, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 200);
    expect(await rejection(ssh.docker.getJson('/a'))).toBe(controller.signal.reason);
    await allEnded(ssh);
  });

  test('so does an engine that hangs', async () => {
    const ssh = await sshTo((_, response) => void response.write('['), box, { timeoutMs: 300 });
    expect((await rejection(ssh.docker.getJson('/a'))).message).toContain('no answer within 0.3 s');
    await allEnded(ssh);
  });

  test('an ssh that does not heed is killed', async () => {
    const ssh = await fakeSsh("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);", box, { timeoutMs: 300 });
    await rejection(ssh.docker.getJson('/a'));
    await allEnded(ssh);
  });
});

describe('when ssh fails', () => {
  test('its last words are told', async () => {
    const { docker } = await fakeSsh(
      "process.stderr.write('warning\\r\\n\\nme@box: Permission denied (publickey).\\r\\n'); process.exitCode = 255;",
    );
    const error = await rejection(docker.getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(
      'Cannot reach Docker at ssh://box: ssh ended with 255, saying "warning / me@box: Permission denied (publickey).". ' +
        'Try the same ssh by hand, and see that Docker 18.09 or later is installed there.',
    );
  });

  test('much of them is capped', async () => {
    const { docker } = await fakeSsh("process.stderr.write('x'.repeat(100_000) + '\\nlast'); process.exitCode = 1;");
    const { message } = await rejection(docker.getJson('/a'));
    expect(message.length).toBeLessThan(4500);
    expect(message).toContain(' / last"');
  });

  test('a connection master that keeps its stderr open does not keep us', async () => {
    const stay = "require('node:child_process').spawn('sleep', ['3'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref();";
    const { docker } = await fakeSsh(`${stay} process.stderr.write('refused'); process.exitCode = 255;`);
    const start = performance.now();
    expect((await rejection(docker.getJson('/a'))).message).toContain('saying "refused"');
    expect(performance.now() - start).toBeLessThan(2500);
  });

  test('in the middle of an answer it is no answer', async () => {
    const head = 'HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\n[1]';
    const { docker } = await fakeSsh(
      `process.stdout.write('${head}'); process.stderr.write('broken pipe'); setTimeout(() => process.exit(255), 50);`,
    );
    expect(await rejection(docker.getJson('/a'))).toBeInstanceOf(CollectError);
  });

  test('without an error and without an answer', async () => {
    const { docker } = await fakeSsh('');
    const error = await rejection(docker.getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toContain('the connection was closed before the answer was complete');
  });

  test('ended by a signal', async () => {
    const { docker } = await fakeSsh("process.kill(process.pid, 'SIGKILL');");
    expect((await rejection(docker.getJson('/a'))).message).toContain('ssh ended by SIGKILL');
  });

  test('there is none', async () => {
    const { docker } = await fakeSsh('');
    vi.stubEnv('PATH', await temporaryFolder());
    const error = await rejection(docker.getJson('/a'));
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(
      'Cannot reach Docker at ssh://box: there is no program "ssh". Install the OpenSSH client, or set --docker-host.',
    );
  });
});
