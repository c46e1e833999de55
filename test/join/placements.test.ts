import { describe, expect, it } from 'vitest';
import { indexPlacements, ownerChain, workloadOf } from '../../src/join/placements.ts';
import type { OwnerReference } from '../../src/model/directory.ts';
import { clusterOf, directoryOf, foundContainer, idOf, objectOf, podContainer, podLabels, podOf } from '../fleet.ts';

describe('indexPlacements', () => {
  const pod = podOf('web', [podContainer('a'), podContainer(null, { name: 'waiting', state: 'waiting' })]);
  const { byContainer, byPod, of } = indexPlacements(directoryOf(pod));

  it('finds a container by its id, and a pod by its uid', () => {
    expect(byContainer(idOf('a'))).toMatchObject({ pod, container: { name: 'main' } });
    expect(byPod('uid-of-web')).toMatchObject({ pod, container: null });
  });

  it('finds nothing for others', () => {
    expect(byContainer(idOf('b'))).toBeNull();
    expect(byContainer('null')).toBeNull();
    expect(byPod('web')).toBeNull();
  });

  it('finds a static pod by the uid that its node has for it, but not where that is the uid of another', () => {
    const mirror = podOf('api', [], { staticUid: 'of-the-node' });
    const impostor = podOf('impostor', [], { staticUid: 'uid-of-web' });
    const found = indexPlacements(directoryOf(pod, mirror, impostor));
    expect(found.byPod('of-the-node')?.pod.name).toBe('api');
    expect(found.byPod('uid-of-web')?.pod.name).toBe('web');
  });

  it('takes the id of a container before the pod that its labels name', () => {
    expect(of(foundContainer('a', { pod: podLabels(podOf('other', [])) }))).toMatchObject({ pod, container: { name: 'main' } });
    expect(of(foundContainer('b', { pod: podLabels(pod) }))).toMatchObject({ pod, container: null });
    expect(of(foundContainer('b'))).toBeNull();
  });
});

describe('the owners of a pod', () => {
  const to = (kind: string, name: string): OwnerReference => ({ apiVersion: 'apps/v1', kind, name, uid: `uid-of-${kind}-${name}` });
  const loop = [objectOf('A', 'a', { owner: to('B', 'b') }), objectOf('B', 'b', { owner: to('A', 'a') })];
  const cluster = clusterOf([], { workloads: new Map(loop.map((object) => [object.uid, object])), unaskedKinds: new Set(['apps/v1/Job']) });

  it('end where they would begin again', () => {
    expect(ownerChain(cluster, podOf('web', [], { owner: to('A', 'a') })).map(({ reference }) => reference.name)).toEqual(['a', 'b']);
  });

  it.each([
    ['none', null, null],
    ['one that is gone', to('ReplicaSet', 'old'), { kind: 'ReplicaSet', name: 'old' }],
    ['one that may not be read: there may be another above it', to('Job', 'nightly'), null],
  ])('workloadOf: %s', (_, owner, expected) => {
    expect(workloadOf({ cluster, pod: podOf('web', [], { owner }), container: null })).toEqual(expected);
  });
});
