import * as fc from 'fast-check';
import { chooseClusters } from '../../src/collect/kubernetes/config.ts';
import { CollectError, UsageError } from '../../src/model/errors.ts';
import { jsonBytes } from '../json.ts';
import { scratchFile } from '../scratch.ts';
import { holds, orRefused, type Target } from '../target.ts';

const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'prod',
  clusters: [
    {
      name: 'prod',
      cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'QQ==', 'insecure-skip-tls-verify': false },
    },
  ],
  users: [
    {
      name: 'me',
      user: {
        token: 's3cret',
        exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'get-token', args: ['a'], env: [{ name: 'A', value: 'b' }] },
      },
    },
  ],
  contexts: [
    { name: 'prod', context: { cluster: 'prod', user: 'me', namespace: 'shop' } },
    { name: 'test', context: { cluster: 'prod', user: 'me' } },
  ],
};
const yaml = `apiVersion: v1
kind: Config
current-context: a
clusters:
- name: a
  cluster: {server: "http://localhost:8080"}
contexts:
- name: a
  context: {cluster: a, user: b}
users:
- name: b
  user: {username: u, password: s3cret}
`;
const line = fc.constantFrom(
  'clusters:',
  '- name: a',
  '  cluster: {}',
  '  cluster: {server: x}',
  'contexts:',
  '  context: {cluster: a, user: b}',
  'users:',
  '  user: {}',
  'current-context: a',
  '&a [*a]',
  '---',
  '\t',
);

/** It is the user's own file: where all of it is an error, the YAML parser takes seconds for half a megabyte. */
const maxReadBytes = 16 * 1024;

/** A kubeconfig, with the current context and with a pattern of contexts. */
export const target: Target = {
  id: 'kubeconfig',
  seeds: () => [jsonBytes(kubeconfig), Buffer.from(yaml)],
  shaped: fc.array(line, { maxLength: 10 }).map((lines) => Buffer.from(lines.join('\n'))),
  words: ['clusters:', 'contexts:', 'users:', '- name: a', 'cluster:', 'server:', 'null', '&a', '*a', '\n', '[]', '{}'],
  isJson: true,
  run: async (whole) => {
    const file = scratchFile('kubeconfig', whole.subarray(0, maxReadBytes));
    for (const contexts of [[], ['*'], ['prod']]) {
      const choice = { kubeconfig: file, contexts, server: null, clusterName: null, objectsFile: null };
      const surroundings = { env: {}, homeDirectory: '/nowhere', signal: new AbortController().signal };
      const clusters = await orRefused([CollectError, UsageError], () => chooseClusters(choice, surroundings));
      for (const { name, server, chosenBy } of clusters ?? []) {
        holds(
          typeof name === 'string' && typeof server === 'string' && server !== '' && chosenBy === '--kubeconfig',
          `a cluster without a name or a server: ${name}`,
        );
      }
    }
  },
};
