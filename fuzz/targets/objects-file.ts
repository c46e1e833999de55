import { Readable } from 'node:stream';
import { readObjectsFile } from '../../src/collect/kubernetes/objects-file.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import { CollectError, UsageError } from '../../src/model/errors.ts';
import { harvestOf } from '../../test/fleet.ts';
import { checkInventory } from '../inventories.ts';
import { anyJson, jsonBytes } from '../json.ts';
import { recordedKubernetes } from '../recorded.ts';
import { scratchFile } from '../scratch.ts';
import { holds, orRefused, type Target } from '../target.ts';

interface List {
  readonly items: readonly object[];
}
const listOf = (name: string) =>
  recordedKubernetes.flatMap(({ request, json }) => (request.includes(`/${name}?`) ? (json as List).items : []));
const kinds = { pods: 'Pod', services: 'Service', namespaces: 'Namespace' };
const items = Object.entries(kinds).flatMap(([name, kind]) => listOf(name).map((item) => ({ ...item, kind })));
const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'uid-web', controller: true };
const replicaSet = {
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', labels: { team: 'a' }, ownerReferences: [{ ...owner, uid: 'uid-web' }] },
};
const pod = {
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', uid: 'uid-web-1', ownerReferences: [owner] },
  spec: { nodeName: 'n' },
  status: {
    containerStatuses: [{ name: 'web', containerID: `docker://${'a'.repeat(64)}`, image: 'web:1', imageID: '', state: { running: {} } }],
  },
};
const sources = { stdin: () => Readable.from([]), signal: new AbortController().signal };
const selection = { namespaces: [], excludedNamespaces: [], selector: null };

/** The file of --pods, and its pods joined as if nothing had looked into their containers. */
export const target: Target = {
  id: 'objects-file',
  seeds: () => [
    jsonBytes({ kind: 'List', items }),
    jsonBytes({ kind: 'PodList', items: listOf('pods') }),
    jsonBytes({ kind: 'List', items: [pod, replicaSet] }),
  ],
  shaped: anyJson,
  words: ['"kind":"Pod"', '"items"', '"metadata"', '"ownerReferences"', '"labels"', '"selector"', 'null'],
  isJson: true,
  run: async (input) => {
    const file = scratchFile('pods.json', input);
    const directory = await orRefused([CollectError, UsageError], () =>
      readObjectsFile(file, { name: 'file', keys: ['team', 'owner'], selection, ...sources }),
    );
    if (directory === null) return;
    const inventory = joinInventory(harvestOf({ directory: { state: 'asked', clusters: [directory] } }));
    checkInventory(inventory);
    const running = directory.pods.flatMap(({ containers }) => containers).filter(({ id, state }) => id !== null && state === 'running');
    const missing = running.find(({ id }) => !inventory.containers.some((container) => container.id === id));
    holds(missing === undefined, `a running container is left out: ${missing?.id}`);
  },
};
