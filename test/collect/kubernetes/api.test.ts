import { getEventListeners } from 'node:events';
import { Agent, type AgentOptions } from 'node:http';
import { connect, type NetConnectOpts } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node';
import { expect, onTestFinished, test } from 'vitest';
import { openCluster } from '../../../src/collect/kubernetes/api.ts';
import { chooseClusters } from '../../../src/collect/kubernetes/config.ts';
import { fakeApiServer } from '../../fakes/api-server.ts';
import { sendJson, serve } from '../../fakes/engine.ts';

/** Asks a server over connections of which the first ones fail with this code. */
async function askOver(failing: number, code: string): Promise<unknown> {
  const server = await fakeApiServer([]);
  let connections = 0;
  const agent = Object.assign(new Agent(), {
    createConnection: (options: AgentOptions & NetConnectOpts) => {
      const socket = connect(options);
      if (connections++ < failing) socket.once('connect', () => socket.destroy(Object.assign(new Error(`write ${code}`), { code })));
      return socket;
    },
  });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  const config: Pick<KubeConfig, 'applyToHTTPSOptions' | 'getCurrentUser'> = {
    applyToHTTPSOptions: async (options) => void Object.assign(options, { agent }),
    getCurrentUser: () => null,
  };
  const address = `http://${server.address}`;
  const api = openCluster({ config: config as KubeConfig, server: address, signal: new AbortController().signal, timeout: 5000 });
  return api.get('/version');
}

// A server, or what balances the load before it, closes a connection that was kept: whoever writes to it is told either.
test.each(['ECONNRESET', 'EPIPE'])('a connection that ends with %s is made anew', async (code) => {
  expect(await askOver(1, code)).toEqual({ gitVersion: 'v9.9.9' });
});

test.each(['ECONNREFUSED', 'ENOTFOUND'])('one that ends with %s is not', async (code) => {
  await expect(askOver(1, code)).rejects.toThrow(`write ${code}. Check the kubeconfig`);
});

test('one that is cut each time is given up after some', async () => {
  await expect(askOver(9, 'EPIPE')).rejects.toThrow('write EPIPE. Check the kubeconfig');
});

async function openApi(answer: Parameters<typeof serve>[0]) {
  const server = await serve(answer);
  onTestFinished(() => server.close());
  const abort = new AbortController();
  const url = `http://${server.address}`;
  const kubernetes = { kubeconfig: null, contexts: [], server: url, clusterName: null, objectsFile: null };
  const [choice] = await chooseClusters(kubernetes, { env: {}, homeDirectory: '/nonexistent', signal: abort.signal });
  if (choice === undefined) throw new Error('no cluster');
  const api = openCluster({ config: choice.config, server: url, signal: abort.signal, timeout: 10_000 });
  return { api, abort, server };
}

test('however many requests are under way, the signal of the run has one listener, and in the end none', async () => {
  const held: (() => void)[] = [];
  const { api, abort, server } = await openApi((_, response) => void held.push(() => sendJson(response, {})));
  const asked = Promise.all(Array.from({ length: 30 }, (_, at) => api.get(`/api/v1/${at}`)));
  await expect.poll(() => held.length).toBe(8);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  for (let answered = 0; answered < 30; answered++) {
    await expect.poll(() => held.length).toBeGreaterThan(0);
    held.shift()?.();
  }
  await asked;
  await expect.poll(() => getEventListeners(abort.signal, 'abort').length).toBe(0);
  expect(server.requests).toHaveLength(30);
});

test('a request ends with the run, and its connection too', async () => {
  let closed = 0;
  const { api, abort, server } = await openApi((request) => void request.socket.once('close', () => closed++));
  const asked = api.get('/version');
  await expect.poll(() => server.requests.length).toBe(1);
  abort.abort(new Error('over'));
  await expect(asked).rejects.toThrow('over');
  await expect.poll(() => closed).toBe(1);
});
