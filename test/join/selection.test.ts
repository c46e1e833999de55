import { describe, expect, it } from 'vitest';
import { indexPlacements } from '../../src/join/placements.ts';
import { judge, type Verdict } from '../../src/join/selection.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Selection } from '../../src/model/selection.ts';
import { directoryOf, foundContainer, podContainer, podLabels, podOf } from '../fleet.ts';

const web = podOf('web', [podContainer('a')]);
const listed = directoryOf(web);
const directories: Record<Directory['state'], Directory> = {
  asked: listed,
  absent: { state: 'absent', clusters: [] },
  failed: { state: 'failed', clusters: [] },
  'not-asked': { state: 'not-asked', clusters: [] },
};

const containers = {
  'listed in a pod': foundContainer('a'),
  'of a listed pod by its label': foundContainer('b', { pod: podLabels(web) }),
  'of a pod that is not listed': foundContainer('c', { pod: { namespace: 'shop', name: 'late', uid: 'uid-of-late', container: 'main' } }),
  'of a listed pod by its uid': foundContainer('f', { pod: { uid: web.uid, namespace: null, name: null, container: null } }),
  'of a pod of which only the uid is known': foundContainer('g', { pod: { uid: 'u', namespace: null, name: null, container: null } }),
  'called pause, and listed in a pod': foundContainer('a', { isPause: true }),
  'called pause, and not listed': foundContainer('h', {
    isPause: true,
    pod: { uid: web.uid, namespace: null, name: null, container: null },
  }),
  'of no pod': foundContainer('d'),
  'of which only the processes are seen': foundContainer('i', { labels: null }),
  'a root folder': foundContainer('e', { id: 'rootfs:here', runtime: 'rootfs' }),
};
type Kind = keyof typeof containers;

const ignore = [{ namespace: 'shop', container: 'sidecar' }];

const everything: Selection = { namespaces: [], excludedNamespaces: [], selector: null };

function verdict(kind: Kind, state: Directory['state'], more: Partial<Selection> = {}, areSourcesNamed = false): Verdict {
  const directory = directories[state];
  const context = { selection: { ...everything, ...more }, ignore, directory, placements: indexPlacements(directory), areSourcesNamed };
  return judge(containers[kind], context);
}

describe('a laptop is not the cluster', () => {
  it.each([
    ['listed in a pod', 'asked', false, 'selected'],
    ['of a listed pod by its label', 'asked', false, 'selected'],
    ['of a pod that is not listed', 'asked', false, 'selected'],
    ['of a pod that is not listed', 'failed', false, 'selected'],
    ['of a pod that is not listed', 'absent', false, 'selected'],
    ['of a listed pod by its uid', 'asked', false, 'selected'],
    ['of a pod of which only the uid is known', 'asked', false, 'selected'],
    ['of a pod of which only the uid is known', 'not-asked', false, 'selected'],
    ['called pause, and listed in a pod', 'asked', false, 'selected'],
    ['called pause, and not listed', 'asked', true, 'deselected'],
    ['called pause, and not listed', 'not-asked', true, 'deselected'],
    ['of no pod', 'asked', false, 'outside'],
    ['of no pod', 'failed', false, 'outside'],
    ['of no pod', 'absent', false, 'selected'],
    ['of no pod', 'not-asked', false, 'selected'],
    ['of no pod', 'asked', true, 'selected'],
    ['of no pod', 'failed', true, 'selected'],
    ['of no pod', 'absent', true, 'selected'],
    ['a root folder', 'asked', false, 'selected'],
    ['a root folder', 'failed', false, 'selected'],
  ] as const)('a container %s, the cluster %s, --source docker %s: %s', (kind, state, areSourcesNamed, expected) => {
    expect(verdict(kind, state, {}, areSourcesNamed)).toBe(expected);
  });
});

describe('namespaces and labels', () => {
  it.each<[Kind, Partial<Selection>, Verdict]>([
    ['listed in a pod', { namespaces: ['shop'] }, 'selected'],
    ['listed in a pod', { namespaces: ['other', 'shop'] }, 'selected'],
    ['listed in a pod', { namespaces: ['other'] }, 'deselected'],
    ['listed in a pod', { excludedNamespaces: ['shop'] }, 'deselected'],
    ['listed in a pod', { excludedNamespaces: ['other'] }, 'selected'],
    ['listed in a pod', { namespaces: ['shop'], excludedNamespaces: ['shop'] }, 'deselected'],
    ['listed in a pod', { selector: 'app=web' }, 'selected'],
    ['of a listed pod by its label', { namespaces: ['shop'] }, 'selected'],
    ['of a listed pod by its label', { selector: 'app=web' }, 'selected'],
    ['of a pod that is not listed', { namespaces: ['shop'] }, 'selected'],
    ['of a pod that is not listed', { namespaces: ['other'] }, 'deselected'],
    ['of a pod that is not listed', { excludedNamespaces: ['shop'] }, 'deselected'],
    ['of a pod that is not listed', { selector: 'app=web' }, 'deselected'],
    ['of a listed pod by its uid', { namespaces: ['shop'] }, 'selected'],
    ['of a pod of which only the uid is known', { namespaces: ['shop'] }, 'deselected'],
    ['of a pod of which only the uid is known', { excludedNamespaces: ['other'] }, 'deselected'],
    ['of a pod of which only the uid is known', { selector: 'app=web' }, 'deselected'],
    ['of no pod', { namespaces: ['shop'] }, 'deselected'],
    ['of no pod', { selector: 'app=web' }, 'deselected'],
    ['of no pod', { excludedNamespaces: ['shop'] }, 'selected'],
    ['a root folder', { namespaces: ['shop'], selector: 'app=web' }, 'selected'],
  ])('a container %s with %j: %s', (kind, selection, expected) => {
    expect(verdict(kind, 'asked', selection, true)).toBe(expected);
  });

  it.each<[Kind, Directory['state'], Partial<Selection>, Verdict]>([
    ['of a pod of which only the uid is known', 'absent', { namespaces: ['shop'] }, 'selected'],
    ['of a pod of which only the uid is known', 'failed', { excludedNamespaces: ['other'] }, 'selected'],
    ['of which only the processes are seen', 'absent', { namespaces: ['shop'] }, 'selected'],
    ['of which only the processes are seen', 'asked', { namespaces: ['shop'] }, 'deselected'],
    ['of no pod', 'absent', { namespaces: ['shop'] }, 'deselected'],
  ])('a container %s, the cluster %s, with %j: %s, for nobody could say', (kind, state, selection, expected) => {
    expect(verdict(kind, state, selection, true)).toBe(expected);
  });
});
