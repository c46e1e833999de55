import { describe, expect, it } from 'vitest';
import { indexPlacements, teamOfContainer, teamOfPod } from '../../src/join/owners.ts';
import { clusterOf, directoryOf, idOf, podContainer, podOf } from '../fleet.ts';

type Labels = Record<string, string>;

/** The team of a pod with these labels in a namespace with those. Null: the account may not read namespaces. */
function teamOf(podLabels: Labels, namespaceLabels: Labels | null) {
  const pod = podOf('web', [], { labels: podLabels });
  const namespaces = namespaceLabels && new Map([['shop', namespaceLabels]]);
  return teamOfPod({ cluster: clusterOf([pod], { namespaces }), pod, container: null });
}

const fromPod = { kind: 'Pod', name: 'web', field: 'label', key: 'team' };
const fromNamespace = { kind: 'Namespace', name: 'shop', field: 'label', key: 'team' };

describe('teamOfPod', () => {
  it.each([
    ['the pod alone says', { team: 'shamu' }, {}, 'shamu', 'owned'],
    ['the namespace alone says', {}, { team: 'keiko' }, 'keiko', 'owned'],
    ['both say: the pod goes first', { team: 'shamu' }, { team: 'keiko' }, 'shamu', 'owned'],
    ['neither says', { app: 'web' }, { app: 'shop' }, null, 'unowned'],
    ['an empty label says nothing', { team: '' }, { team: 'keiko' }, 'keiko', 'owned'],
    ['both labels are empty', { team: '' }, { team: '' }, null, 'unowned'],
    ['the pod says, and namespaces may not be read', { team: 'shamu' }, null, 'shamu', 'owned'],
    ['the pod does not say, and namespaces may not be read', {}, null, null, 'unknown'],
    ['the key has to be the same letter for letter', { Team: 'shamu', teams: 'x' }, {}, null, 'unowned'],
  ] as const)('%s', (_, pod, namespace, name, status) => {
    expect(teamOf(pod, namespace)).toMatchObject({ name, status });
  });

  it('says where it has the team from, and what else names one', () => {
    expect(teamOf({ team: 'shamu' }, { team: 'keiko' })).toEqual({
      name: 'shamu',
      status: 'owned',
      from: fromPod,
      candidates: [{ name: 'keiko', from: fromNamespace }],
    });
    expect(teamOf({}, { team: 'keiko' })).toEqual({ name: 'keiko', status: 'owned', from: fromNamespace, candidates: [] });
    expect(teamOf({}, {})).toEqual({ name: null, status: 'unowned', from: null, candidates: [] });
  });

  it('takes a namespace that is not in the list for one without labels', () => {
    const pod = podOf('web', [], { namespace: 'new' });
    expect(teamOfPod({ cluster: clusterOf([pod]), pod, container: null }).status).toBe('unowned');
  });
});

describe('teamOfContainer', () => {
  it.each([
    [{ team: 'shamu' }, 'shamu', 'owned'],
    [{ team: '' }, null, 'unowned'],
    [{}, null, 'unowned'],
    [Object.create({ team: 'inherited' }) as Labels, null, 'unowned'],
  ])('%j: %s, %s', (labels, name, status) => {
    expect(teamOfContainer('web', labels)).toMatchObject({ name, status, candidates: [] });
  });

  it('says that the container itself names the team', () => {
    expect(teamOfContainer('web', { team: 'shamu' }).from).toEqual({ kind: 'Container', name: 'web', field: 'label', key: 'team' });
  });
});

describe('indexPlacements', () => {
  const pod = podOf('web', [podContainer('a'), podContainer(null, { name: 'waiting', state: 'waiting' })]);
  const { byContainer, byPod } = indexPlacements(directoryOf(pod));

  it('finds a container by its id, and a pod by its uid', () => {
    expect(byContainer(idOf('a'))).toMatchObject({ pod, container: { name: 'main' } });
    expect(byPod('uid-of-web')).toMatchObject({ pod, container: null });
  });

  it('finds nothing for others', () => {
    expect(byContainer(idOf('b'))).toBeNull();
    expect(byContainer('null')).toBeNull();
    expect(byPod('web')).toBeNull();
  });
});
