import { describe, expect, test } from 'vitest';
import { objectReader } from '../../../src/collect/kubernetes/objects.ts';

const pod = {
  metadata: { namespace: 'shop', name: 'web', uid: '1', labels: { app: 'web' }, annotations: { owner: 'team-a', other: 'x' } },
  spec: { nodeName: 'node-1' },
  status: {
    containerStatuses: [{ name: 'main', image: 'app:1', imageID: '', containerID: 'docker://abc', state: { running: { startedAt: 't' } } }],
  },
};
const reader = objectReader(['owner']);
const [container] = pod.status.containerStatuses;
const withMetadata = (more: object) => ({ ...pod, metadata: { ...pod.metadata, ...more } });
const withContainer = (more: object) => ({ ...pod, status: { containerStatuses: [{ ...container, ...more }] } });

test('of a pod its place, its labels, the annotations asked for and its containers are kept', () => {
  expect(reader.pod(pod)).toMatchObject({
    ...{
      kind: 'Pod',
      namespace: 'shop',
      name: 'web',
      node: 'node-1',
      labels: { app: 'web' },
      annotations: { owner: 'team-a' },
      owner: null,
    },
    containers: [{ id: 'abc', runtime: 'docker', name: 'main', type: 'container', state: 'running', startedAt: 't' }],
  });
});

test.each([
  ['nothing of what may be left out', { ...pod, metadata: { namespace: 'a', name: 'b', uid: 'c' }, spec: {}, status: {} }],
  [
    'null for it',
    { ...pod, metadata: { ...pod.metadata, labels: null, annotations: null, ownerReferences: null }, status: { containerStatuses: null } },
  ],
  ['a container that has no id yet', withContainer({ containerID: undefined, state: null })],
])('a pod may have %s', (_, answer) => {
  expect(() => reader.pod(answer)).not.toThrow();
});

describe('what is no pod is refused', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'pod'],
    ['without metadata', { ...pod, metadata: undefined }],
    ['without a namespace', withMetadata({ namespace: undefined })],
    ['a uid that is a number', withMetadata({ uid: 1 })],
    ['a label that is a number', withMetadata({ labels: { team: 1 } })],
    ['labels that are a list', withMetadata({ labels: ['team'] })],
    ['an annotation that is null', withMetadata({ annotations: { owner: null } })],
    ['an owner without a kind', withMetadata({ ownerReferences: [{ apiVersion: 'v1', name: 'a', uid: 'b' }] })],
    ['a node that is a number', { ...pod, spec: { nodeName: 1 } }],
    ['without a status', { ...pod, status: undefined }],
    ['containers that are no list', { ...pod, status: { containerStatuses: {} } }],
    ['a container without an image', withContainer({ image: undefined })],
    ['an id that is a number', withContainer({ containerID: 1 })],
    ['a state that is a text', withContainer({ state: 'running' })],
    ['a start that is a number', withContainer({ state: { running: { startedAt: 1 } } })],
  ])('%s', (_, answer) => {
    expect(() => reader.pod(answer)).toThrow("The API server's answer on a pod is not what it should be: should be a pod.");
  });
});
