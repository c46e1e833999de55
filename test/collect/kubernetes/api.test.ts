import { Agent, type AgentOptions } from 'node:http';
import { connect, type NetConnectOpts } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node';
import { expect, onTestFinished, test } from 'vitest';
import { openCluster } from '../../../src/collect/kubernetes/api.ts';
import { fakeApiServer } from '../../fakes/api-server.ts';

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
