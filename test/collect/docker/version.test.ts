import { expect, test } from 'vitest';
import { openEngine } from '../../../src/collect/docker/engine.ts';
import { readEngineVersion } from '../../../src/collect/docker/version.ts';
import { engineOnSocket } from './engine.ts';

async function versionOf(pingStatus: number, server: string) {
  const asked: string[] = [];
  const { endpoint } = await engineOnSocket((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/_ping') return response.writeHead(pingStatus, { Server: server }).end();
    return response.end(JSON.stringify({ Version: '5.4.0', Components: [{ Name: 'Podman Engine' }] }));
  });
  const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs: 30_000 });
  const found = await readEngineVersion(engine);
  engine.close();
  return { ...found, asked };
}

test.each([
  ['Docker/20.10.24+dfsg1 (linux)', { runtime: 'docker', version: '20.10.24+dfsg1' }],
  ['Libpod/4.3.1 (linux)', { runtime: 'podman', version: '4.3.1' }],
])('an engine that names itself %s is asked no more', async (server, found) => {
  expect(await versionOf(200, server)).toEqual({ ...found, asked: ['HEAD /_ping'] });
});

test.each([
  [200, 'nginx/1.27.0'],
  [200, `Docker/${'1'.repeat(65)}`],
  [404, 'Docker/27.0'],
  [403, 'Docker/27.0'],
])('behind a proxy that answers %i as %s, /version says it', async (status, server) => {
  expect(await versionOf(status, server)).toEqual({ runtime: 'podman', version: '5.4.0', asked: ['HEAD /_ping', 'GET /version'] });
});
