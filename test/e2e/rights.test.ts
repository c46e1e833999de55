import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as requestHttp, type Server } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beyond, dockerRights, kubernetesRights } from '../rights.ts';
import { ok, supercargo } from './commands.ts';

// What a real engine and a real API server are asked: by proxies that stand before them, write every request down, and pass it on.
// Nothing is created, and what else runs there does not matter.

interface Proxy {
  readonly server: Server;
  readonly requests: string[];
}

/** Passes everything on, as `forward` sends it. */
function recordingProxy(forward: (asked: IncomingMessage) => Promise<ReturnType<typeof requestHttp>>): Proxy {
  const requests: string[] = [];
  const server = createServer(async (asked, answer) => {
    requests.push(`${asked.method} ${asked.url}`);
    const sent = await forward(asked);
    sent.once('response', (response) => {
      answer.writeHead(response.statusCode as number, response.headers);
      response.pipe(answer);
    });
    sent.once('error', (error) => answer.destroy(error));
    asked.pipe(sent);
  });
  return { server, requests };
}

const engine = recordingProxy(async ({ method, url, headers }) => {
  const socketPath = (process.env.DOCKER_HOST as string).replace('unix://', '');
  return requestHttp({ socketPath, method, path: url, headers });
});

const cluster = recordingProxy(async ({ method, url = '', headers }) => {
  const config = new KubeConfig();
  config.loadFromFile(process.env.KUBECONFIG as string);
  const { host, ...others } = headers;
  const options: RequestOptions = { method, headers: others };
  await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  return requestHttps(new URL(url, config.getCurrentCluster()?.server), options);
});

let folder: string;
let flags: readonly string[];
let dockerFlags: readonly string[];
const listen = (server: Server, where: string | { host: string; port: number }) =>
  new Promise<void>((listening) => server.listen(where, listening));
const serverUrl = () => `http://127.0.0.1:${(cluster.server.address() as AddressInfo).port}`;

beforeAll(async () => {
  if (!process.env.DOCKER_HOST?.startsWith('unix://') || !process.env.KUBECONFIG)
    throw new Error('There is no cluster: eval "$(../shared/cluster/env)" after ../shared/cluster/up');
  await ok('npm', ['run', '--silent', 'build']);
  folder = await mkdtemp(join(tmpdir(), 'supercargo-rights-'));
  await listen(engine.server, join(folder, 'docker.sock'));
  await listen(cluster.server, { host: '127.0.0.1', port: 0 });
  dockerFlags = ['--docker-host', `unix://${join(folder, 'docker.sock')}`];
  flags = [...dockerFlags, '--server', serverUrl(), '-q'];
});

afterAll(async () => {
  for (const { server } of [engine, cluster]) {
    server.close();
    server.closeAllConnections();
  }
  await rm(folder, { recursive: true });
});

describe('a real engine and a real API server', () => {
  test.each([
    [['collect', '--no-cache', '--no-direct']],
    [['collect', '--no-cache']],
    [['collect', '--no-cache', '--source', 'docker', '--source', 'kubernetes', '-n', 'kube-system', '-n', 'default']],
    [['report', 'coverage', '--no-cache', '-o', 'json']],
    [['owner', 'no-such-container']],
  ])('are asked for nothing beyond the rights by %j', async (args) => {
    const before = [engine, cluster].map(({ requests }) => requests.length);
    const { code, stdout, stderr } = await supercargo([...args, ...flags]);
    if (args[0] === 'owner') expect(stderr).toContain('There is no pod and no running container no-such-container');
    else expect([0, 3], stderr).toContain(code);
    if (args[0] === 'collect') expect(JSON.parse(stdout).sources.map(({ error }: { error: unknown }) => error)).toEqual([null, null]);
    expect(engine.requests.length).toBeGreaterThan(before[0] as number);
    expect(cluster.requests.length).toBeGreaterThan(before[1] as number);
    expect(beyond(dockerRights, engine.requests)).toEqual([]);
    expect(beyond(kubernetesRights, cluster.requests)).toEqual([]);
  });

  test('have every container that runs looked into, where one does', async () => {
    const running = (await ok('docker', ['ps', '-q', '--filter', 'label=io.kubernetes.container.name'])).split('\n').filter(Boolean);
    const { stdout } = await supercargo(['collect', '-q', '--source', 'docker', '--no-cache', '--no-direct', ...dockerFlags]);
    const { containers } = JSON.parse(stdout);
    // Other tests may start and end pods meanwhile.
    if (running.length > 0) expect(containers.length).toBeGreaterThan(0);
    const files = engine.requests.filter((request) => /^(GET|HEAD) .*\/archive/.test(request));
    if (containers.length > 0) expect(files.length).toBeGreaterThan(containers.length);
    expect(beyond(dockerRights, engine.requests)).toEqual([]);
  });

  test('an API server decodes a path before it takes it apart: why no name with a slash in it is asked for', async () => {
    const answer = await fetch(`${serverUrl()}/api/v1/namespaces/kube-system/pods/no-such-pod%2Flog`);
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ message: 'pods "no-such-pod" not found' })]);
    const asked = cluster.requests.pop();
    expect(beyond(kubernetesRights, [asked as string])).toEqual([asked]);
  });
});
