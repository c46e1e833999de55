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

test('of a static pod the uid that its node has for it is kept, whatever annotations are asked for', () => {
  const mirror = withMetadata({ annotations: { 'kubernetes.io/config.mirror': 'of-the-node', owner: 'team-a' } });
  expect(reader.pod(mirror)).toMatchObject({ uid: '1', staticUid: 'of-the-node', annotations: { owner: 'team-a' } });
  expect(reader.pod(pod).staticUid).toBeNull();
});

test.each([
  ['ImagePullBackOff', { waiting: { reason: 'ImagePullBackOff' } }],
  [null, { waiting: {} }],
  [null, null],
])('why a container waits is kept: %s', (waitsFor, state) => {
  expect(reader.pod(withContainer({ state })).containers).toMatchObject([{ state: 'waiting', waitsFor }]);
});

describe('a pod of whose containers its status says nothing', () => {
  const spec = { containers: [{ name: 'main', image: 'app:1' }], initContainers: [{ name: 'first' }] };

  test.each([
    ['Pending', 'waiting'],
    [undefined, 'waiting'],
    ['Failed', 'terminated'],
    ['Succeeded', 'terminated'],
  ])('%s: those of its spec are %s', (phase, state) => {
    expect(reader.pod({ ...pod, spec, status: { phase } }).containers).toEqual([
      expect.objectContaining({ name: 'main', type: 'container', state, id: null, image: 'app:1' }),
      expect.objectContaining({ name: 'first', type: 'init', state, id: null }),
    ]);
  });

  test('and otherwise those of its spec do not count a second time', () => {
    expect(reader.pod({ ...pod, spec }).containers).toHaveLength(1);
  });
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
    ['a planned container without a name', { ...pod, spec: { containers: [{}] } }],
    ['a phase that is a number', { ...pod, status: { phase: 1 } }],
    ['a reason to wait that is a number', withContainer({ state: { waiting: { reason: 1 } } })],
    ['a state that is a text', withContainer({ state: 'running' })],
    ['a start that is a number', withContainer({ state: { running: { startedAt: 1 } } })],
  ])('%s', (_, answer) => {
    expect(() => reader.pod(answer)).toThrow("The API server's answer on a pod is not what it should be: should be a pod.");
  });
});
