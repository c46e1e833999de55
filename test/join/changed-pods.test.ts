import { describe, expect, it } from 'vitest';
import { changedPods, type Named } from '../../src/join/changed-pods.ts';
import type { ContainerScan } from '../../src/model/container-scan.ts';
import type { ClusterDirectory } from '../../src/model/directory.ts';
import { clusterOf, foundContainer, idOf, podContainer, podLabels, podOf, scanOf } from '../fleet.ts';

const nobody: Named = { byEngine: new Set(), byProcesses: new Set() };
const ids = (...names: readonly string[]) => new Set(names.map(idOf));

const web = podOf('web', [podContainer('a')], { node: 'node-2' });
const cart = podOf('cart', [podContainer('b')], { node: 'node-2' });
const till = podOf('till', [podContainer('c')], { node: 'node-3' });
const cluster = clusterOf([web, cart, till]);

function changes(named: Partial<Named>, scans: readonly ContainerScan[] = [], clusters: readonly ClusterDirectory[] = [cluster]) {
  const changed = changedPods({ state: 'asked', clusters }, scans, { ...nobody, ...named });
  return { ended: [...changed.ended], unsure: clusters.map((one) => changed.unsure(one).map(({ name }) => name)) };
}

describe('a container that runs as its pod says', () => {
  it('has ended where the engine of its node names others and not it', () => {
    expect(changes({ byEngine: ids('b') })).toEqual({ ended: [idOf('a')], unsure: [[]] });
  });

  it('has not where the engine is that of another node, or nobody names any', () => {
    expect(changes({ byEngine: ids('c') })).toEqual({ ended: [], unsure: [[]] });
    expect(changes({})).toEqual({ ended: [], unsure: [[]] });
  });

  it('has not where it is of another runtime than what the engine names', () => {
    const other = podOf('other', [podContainer('d', { runtime: 'containerd' })], { node: 'node-2' });
    expect(changes({ byEngine: ids('a', 'b') }, [], [clusterOf([web, cart, other])])).toEqual({ ended: [], unsure: [[]] });
  });

  it('is asked for again where only processes of its node were seen: they may be of one pod alone', () => {
    expect(changes({ byProcesses: ids('b') })).toEqual({ ended: [], unsure: [['web']] });
  });

  it('is not where somebody else saw it', () => {
    expect(changes({ byProcesses: ids('b'), byEngine: ids('a') })).toEqual({ ended: [idOf('b')], unsure: [[]] });
    expect(changes({ byProcesses: ids('b') }, [scanOf(foundContainer('a'))])).toEqual({ ended: [], unsure: [[]] });
  });
});

describe('a container that was looked into, and that its pod does not name', () => {
  const restarted = scanOf(foundContainer('new', { pod: podLabels(web) }));
  const late = scanOf(foundContainer('late', { pod: podLabels(podOf('late', [])) }));

  it('has its pod asked for again, in the cluster that the pod is of', () => {
    expect(changes({}, [restarted], [cluster, clusterOf([], { uid: 'other' })]).unsure).toEqual([['web'], []]);
  });

  it('by the uid that the cluster has for it, where the pod is a static one', () => {
    const mirror = podOf('api', [podContainer('a')], { staticUid: 'of-the-node' });
    const again = scanOf(foundContainer('new', { pod: { uid: 'of-the-node', namespace: 'shop', name: 'api', container: 'main' } }));
    const one = clusterOf([mirror]);
    expect(changedPods({ state: 'asked', clusters: [one] }, [again], nobody).unsure(one)).toEqual([mirror]);
  });

  it('and in every cluster where no pod of its uid was listed', () => {
    expect(changes({}, [late, restarted], [cluster, clusterOf([], { uid: 'other' })]).unsure).toEqual([['late', 'web'], ['late']]);
  });

  it('but not a sandbox, which holds the whole of its pod', () => {
    expect(changes({}, [{ ...restarted, status: 'unread', reason: 'sandboxed' }]).unsure).toEqual([[]]);
  });

  it('and not one whose pod has no name, nor one that is of no pod', () => {
    const nameless = { uid: 'uid-of-other', namespace: null, name: null, container: null };
    expect(changes({}, [scanOf(foundContainer('x', { pod: nameless })), scanOf(foundContainer('y'))]).unsure).toEqual([[]]);
  });
});
