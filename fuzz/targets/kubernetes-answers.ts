import { checkInventory } from '../inventories.ts';
import { anyJson, jsonBytes, parsedJson } from '../json.ts';
import { type Answer, answersIn, collectFrom, recordedDocker, recordedKubernetes } from '../recorded.ts';
import { holds, type Target } from '../target.ts';

const id = (digit: string) => `containerd://${digit.repeat(64)}`;
const controller = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, uid: `uid-${name}`, controller: true });
const metadata = (name: string, more: object = {}) => ({ name, namespace: 'shop', uid: `uid-${name}`, ...more });

/** Pods with owners of kinds that are known, of one that discovery knows, and of one that it does not. */
const owned: readonly Answer[] = [
  { request: 'GET /version', json: { gitVersion: 'v1.30.0' } },
  { request: 'GET /api/v1/namespaces/kube-system', json: { metadata: { name: 'kube-system', uid: 'uid-kube-system' } } },
  {
    request: 'GET /api/v1/namespaces?limit=500',
    json: { metadata: {}, items: [{ metadata: { name: 'shop', uid: 'u', labels: { team: 'a' } } }] },
  },
  {
    request: 'GET /api/v1/services?limit=500',
    json: { metadata: {}, items: [{ metadata: metadata('front', { labels: { team: 'b' } }), spec: { selector: { app: 'web' } } }] },
  },
  {
    request: 'GET /api/v1/pods?limit=500',
    json: {
      metadata: { continue: 'next' },
      items: [
        {
          metadata: metadata('web-1', {
            labels: { app: 'web' },
            annotations: { owner: 'c' },
            ownerReferences: [controller('apps/v1', 'ReplicaSet', 'web')],
          }),
          spec: { nodeName: 'n', runtimeClassName: 'kata' },
          status: {
            containerStatuses: [
              {
                name: 'web',
                containerID: id('a'),
                image: 'web:1',
                imageID: 'r/web@sha256:1',
                state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
              },
            ],
            initContainerStatuses: [
              { name: 'init', containerID: id('b'), image: 'i:1', imageID: '', state: { terminated: { exitCode: 0 } } },
            ],
          },
        },
      ],
    },
  },
  {
    request: 'GET /api/v1/pods?limit=500&continue=next',
    json: {
      metadata: {},
      items: [
        {
          metadata: metadata('job-1', { ownerReferences: [controller('example.com/v1', 'Thing', 'thing')] }),
          spec: {},
          status: {
            containerStatuses: [{ name: 'job', image: 'j:1', imageID: '', state: { waiting: {} } }],
            ephemeralContainerStatuses: null,
          },
        },
      ],
    },
  },
  {
    request: 'GET /apis/apps/v1/replicasets?limit=500',
    json: {
      metadata: {},
      items: [{ metadata: metadata('web', { ownerReferences: [controller('apps/v1', 'Deployment', 'web-deployment')] }) }],
    },
  },
  {
    request: 'GET /apis/apps/v1/deployments?limit=500',
    json: { metadata: {}, items: [{ metadata: metadata('web-deployment', { labels: { team: 'd' } }) }] },
  },
  { request: 'GET /apis/example.com', json: { preferredVersion: { groupVersion: 'example.com/v2' } } },
  { request: 'GET /apis/example.com/v2', json: { resources: [{ name: 'things', kind: 'Thing', namespaced: true }] } },
  {
    request: 'GET /apis/example.com/v2/things?limit=500',
    json: { metadata: {}, items: [{ metadata: metadata('thing', { labels: { team: 'e' } }) }] },
  },
];

/** The account may list pods, and not much else. */
const refusing = (answer: Answer): Answer =>
  answer.request.includes('/pods')
    ? answer
    : { request: answer.request, status: 403, json: { kind: 'Status', message: 'it is forbidden' } };

/** What an API server answers in a whole run: pods, services, namespaces, workloads as metadata, discovery, pages of lists. */
export const target: Target = {
  id: 'kubernetes-answers',
  seeds: () => [jsonBytes(owned), jsonBytes(recordedKubernetes), jsonBytes(owned.map(refusing))],
  shaped: anyJson,
  words: ['"metadata"', '"continue"', '"items"', '"ownerReferences"', '"labels"', '"uid"', 'null'],
  isJson: true,
  isHeavy: true,
  run: async (input) => {
    const inventory = await collectFrom(recordedDocker, answersIn(parsedJson(input)));
    if (inventory === null) return;
    checkInventory(inventory);
    for (const { team } of inventory.containers) {
      holds((team.status === 'owned') === (team.name !== null), 'a team that contradicts itself');
      holds(team.name !== '', 'a team without a name');
    }
  },
};
