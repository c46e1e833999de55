import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { chooseClusters } from '../../../src/collect/kubernetes/config.ts';
import { CollectError } from '../../../src/model/errors.ts';

const { signal } = new AbortController();

async function choose(kubeconfig: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-kubeconfig-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config');
  writeFileSync(file, JSON.stringify(kubeconfig));
  const choice = { kubeconfig: file, contexts: ['*'], server: null, clusterName: null, objectsFile: null };
  return chooseClusters(choice, { env: {}, homeDirectory: folder, signal });
}

const kubeconfigOf = (name: unknown, server: unknown = 'https://127.0.0.1:6443', currentContext: unknown = name) => ({
  clusters: [{ name: 'c', cluster: { server } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name, context: { cluster: 'c', user: 'u' } }],
  'current-context': currentContext,
});

test('a kubeconfig whose names are texts is read', async () => {
  expect(await choose(kubeconfigOf('prod'))).toMatchObject([{ name: 'prod', server: 'https://127.0.0.1:6443', chosenBy: '--kubeconfig' }]);
});

test.each([
  ['the name of a context is a map', kubeconfigOf({ a: 1 })],
  ['the name of a context is a number', kubeconfigOf(42)],
  ['an address is a number', kubeconfigOf('prod', 42)],
  ['the current context is a list', kubeconfigOf('prod', 'https://127.0.0.1:6443', ['prod'])],
])('a kubeconfig is none where %s', async (_, kubeconfig) => {
  await expect(choose(kubeconfig)).rejects.toThrow(CollectError);
  await expect(choose(kubeconfig)).rejects.toThrow('it is not a readable kubeconfig file');
});

test.each([
  ['EACCES', 'permission denied.'],
  ['EISDIR', 'it is a folder.'],
  ['EIO', 'it is not a readable kubeconfig file.'],
])('a kubeconfig that the file system keeps back with %s', async (code, words) => {
  vi.spyOn(KubeConfig.prototype, 'loadFromString').mockImplementation(() => {
    throw Object.assign(new Error('secret'), { code });
  });
  onTestFinished(() => void vi.restoreAllMocks());
  await expect(choose(kubeconfigOf('prod'))).rejects.toThrow(new RegExp(`\\(--kubeconfig\\): ${words}$`));
});

test.each([
  ['--cluster-name', { clusterName: 'flag', env: { SUPERCARGO_CLUSTER: 'variable' } }, 'flag'],
  ['SUPERCARGO_CLUSTER', { clusterName: null, env: { SUPERCARGO_CLUSTER: 'variable' } }, 'variable'],
  ['its context', { clusterName: null, env: {} }, 'prod'],
])('a cluster is called by %s', async (_, { clusterName, env }, name) => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-kubeconfig-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config');
  writeFileSync(file, JSON.stringify(kubeconfigOf('prod')));
  const choice = { kubeconfig: file, contexts: [], server: null, clusterName, objectsFile: null };
  expect(await chooseClusters(choice, { env, homeDirectory: folder, signal })).toMatchObject([{ name }]);
});

test('several files are merged as kubectl does: of each name, and of the current context, the first counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-kubeconfig-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, kubeconfig: object) => {
    writeFileSync(join(folder, name), JSON.stringify(kubeconfig));
    return join(folder, name);
  };
  const nothing = write('nothing', { clusters: [], users: [], contexts: [] });
  const first = write('first', kubeconfigOf('prod', 'https://first:6443'));
  const second = write('second', {
    ...kubeconfigOf('prod', 'https://second:6443'),
    clusters: ['c', 'd'].map((name) => ({ name, cluster: { server: `https://second-${name}:6443` } })),
    contexts: [
      { name: 'prod', context: { cluster: 'd', user: 'u' } },
      { name: 'test', context: { cluster: 'd', user: 'u' } },
    ],
    'current-context': 'test',
  });
  const chosenOf = async (files: readonly string[], contexts: readonly string[] = []) => {
    const choice = { kubeconfig: null, contexts, server: null, clusterName: null, objectsFile: null };
    const env = { KUBECONFIG: [...files, join(folder, 'not-there')].join(delimiter) };
    const clusters = await chooseClusters(choice, { env, homeDirectory: folder, signal });
    return clusters.map(({ name, server }) => `${name} ${server}`);
  };
  expect(await chosenOf([nothing, first, second])).toEqual(['prod https://first:6443']);
  expect(await chosenOf([second, first])).toEqual(['test https://second-d:6443']);
  expect(await chosenOf([first, second], ['*'])).toEqual(['prod https://first:6443', 'test https://second-d:6443']);
});

test.each([
  ['http://127.0.0.1:8001', { token: 'secret', username: 'me', password: 'secret' }, { name: 'u' }],
  ['https://127.0.0.1:6443', { token: 'secret' }, { name: 'u', token: 'secret' }],
])('%s is a server to ask, and kubectl sends no credentials in the clear', async (server, user, asked) => {
  const kubeconfig = { ...kubeconfigOf('prod', server), users: [{ name: 'u', user }] };
  const [choice] = await choose(kubeconfig);
  expect(choice?.config.getCurrentCluster()?.skipTLSVerify).toBe(server.startsWith('http:'));
  expect(JSON.parse(JSON.stringify(choice?.config.getCurrentUser()))).toEqual(expect.objectContaining(asked));
  expect(choice?.config.getCurrentUser()?.token).toBe('token' in asked ? 'secret' : undefined);
});
