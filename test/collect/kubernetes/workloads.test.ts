import { expect, test } from 'vitest';
import type { ClusterApi } from '../../../src/collect/kubernetes/api.ts';
import { objectReader } from '../../../src/collect/kubernetes/objects.ts';
import { readWorkloads } from '../../../src/collect/kubernetes/workloads.ts';
import { CollectError } from '../../../src/model/errors.ts';
import { objectOf } from '../../fleet.ts';

const ownerOf = (kind: string) => ({ apiVersion: 'apps/v1', kind, name: 'web', uid: `uid-of-${kind}` });
const pods = ['ReplicaSet', 'DaemonSet'].map((kind) => objectOf('Pod', `of-${kind}`, { owner: ownerOf(kind) }));

/** An API server that has one DaemonSet, and of which something else comes where it is asked for ReplicaSets. */
function apiThat(fails: () => never): ClusterApi {
  const metadata = { name: 'web', namespace: 'default', uid: 'uid-of-DaemonSet' };
  const unused = () => Promise.reject(new Error('not asked for'));
  return {
    get: unused,
    getText: unused,
    list: async (path, take) => (path.endsWith('/replicasets') ? fails() : [take({ metadata })]),
  };
}

const options = { reader: objectReader([]), namespaces: [] };

test('a kind of which no answer comes costs its own teams, whatever the reason', async () => {
  const api = apiThat(() => {
    throw new CollectError('The connection was cut.');
  });
  const { workloads, unaskedKinds, diagnostics } = await readWorkloads(api, pods, options);
  expect([...workloads.keys()]).toEqual(['uid-of-DaemonSet']);
  expect([...unaskedKinds]).toEqual(['apps/v1/ReplicaSet']);
  expect(diagnostics).toMatchObject([
    { severity: 'warning', code: 'collect/workloads-unasked', message: expect.stringMatching(/ReplicaSet .* The connection was cut\.$/) },
  ]);
});

test('a bug is none of it', async () => {
  const api = apiThat(() => {
    throw new TypeError('a bug');
  });
  await expect(readWorkloads(api, pods, options)).rejects.toThrow('a bug');
});
