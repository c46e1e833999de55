import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinInventory } from '../../src/join/inventory.ts';
import { mergeInventories } from '../../src/join/merge.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import {
  clusterOf,
  foundContainer,
  harvestOf,
  idOf,
  packageRecord,
  podContainer,
  podLabels,
  podOf,
  scanWith,
  teamScan,
  unreadScan,
} from '../fleet.ts';
import { littleFleet } from '../report/little-fleet.ts';

const day = (number: number, more: Parameters<typeof harvestOf>[0]): Inventory =>
  joinInventory(harvestOf({ generated: `2026-01-0${number}T00:00:00Z`, ...more }));

const bash = packageRecord('bash', '5.1');
const newBash = packageRecord('bash', '5.2');
const curl = packageRecord('curl', '8');

/** Names and versions of the packages of a container. */
function packagesOf({ containers, packages, packageSets }: Inventory, id: string): string[] {
  const container = containers.find((candidate) => candidate.id === idOf(id));
  return (packageSets[container?.scan.packageSet ?? ''] ?? []).map(
    (position) => `${packages[position]?.name} ${packages[position]?.version}`,
  );
}

test('one inventory is what it was', () => {
  const inventory = day(1, { scans: [teamScan('a', 'x', [bash])] });
  expect(mergeInventories([inventory])).toBe(inventory);
});

test('an inventory merged with itself is what it was', () => {
  const inventory = day(1, { scans: [teamScan('a', 'x', [curl, bash]), teamScan('b', null, [bash])] });
  expect(mergeInventories([inventory, inventory])).toEqual(inventory);
});

test('a fleet with everything merged with itself is what it was, in the same order', () => {
  const source = (kind: 'agent' | 'docker' | 'kubernetes') => ({ kind, name: 'b', version: null, containers: 1, error: null });
  const clusters = [clusterOf([], { name: 'a-cluster', uid: 'uid-2' }), clusterOf([], { name: 'b-cluster', uid: 'uid-1' })];
  const inventory = joinInventory({
    ...littleFleet,
    sources: [source('kubernetes'), source('docker'), source('agent')],
    directory: { state: 'asked', clusters },
  });
  expect(inventory.sources.map(({ kind }) => kind)).toEqual(['agent', 'docker', 'kubernetes']);
  expect(inventory.clusters.map(({ name }) => name)).toEqual(['a-cluster', 'b-cluster']);
  expect(mergeInventories([inventory, inventory])).toEqual(inventory);
  const whole = joinInventory(littleFleet);
  expect(mergeInventories([whole, whole])).toEqual(whole);
});

test('two fleets become one, in order, each distinct package once', () => {
  const merged = mergeInventories([
    day(2, { scans: [teamScan('b', 'y', [newBash, bash])] }),
    day(1, { scans: [teamScan('a', 'x', [curl, bash])] }),
  ]);
  expect(merged.generated).toBe('2026-01-02T00:00:00Z');
  expect(merged.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['bash 5.1', 'bash 5.2', 'curl 8']);
  expect([packagesOf(merged, 'a'), packagesOf(merged, 'b')]).toEqual([
    ['bash 5.1', 'curl 8'],
    ['bash 5.1', 'bash 5.2'],
  ]);
});

describe('what several say of one container', () => {
  const read = (version: typeof bash) => ({ scans: [teamScan('a', 'x', [version])] });
  const unread = { scans: [unreadScan('a', 'forbidden')] };

  test('the newer goes before the older, in whatever order they come', () => {
    for (const inventories of [
      [day(1, read(bash)), day(2, read(newBash))],
      [day(2, read(newBash)), day(1, read(bash))],
    ])
      expect(packagesOf(mergeInventories(inventories), 'a')).toEqual(['bash 5.2']);
  });

  test('what was read goes before what was not', () => {
    expect(packagesOf(mergeInventories([day(1, read(bash)), day(2, unread)]), 'a')).toEqual(['bash 5.1']);
  });

  test('but one that ended has ended', () => {
    const merged = mergeInventories([day(1, read(bash)), day(2, { scans: [unreadScan('a', 'gone')] })]);
    expect(merged.containers[0]?.scan).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  test('an engine says what is in it, and a cluster whose it is', () => {
    const pod = podOf('web', [podContainer('a')], { labels: { team: 'team-a' } });
    const ofNode = day(2, { scans: [scanWith(foundContainer('a', { pod: podLabels(pod) }), [bash])] });
    const ofCluster = day(1, { directory: { state: 'asked', clusters: [clusterOf([pod])] } });
    const merged = mergeInventories([ofNode, ofCluster]);
    expect(merged.containers[0]).toMatchObject({
      cluster: 'uid-of-prod',
      node: 'node-1',
      team: { name: 'team-a' },
      scan: { status: 'read' },
    });
    expect(packagesOf(merged, 'a')).toEqual(['bash 5.1']);
  });
});

describe('of one place at several times', () => {
  const outdated = (...inventories: readonly Inventory[]) =>
    mergeInventories(inventories).diagnostics.flatMap(({ code, message }) => (code === 'join/outdated-containers' ? message : []));
  const shop = (number: number, ids: readonly string[], cluster = {}, namespace = 'shop') => {
    const pods = ids.map((id) => podOf(`pod-${id}`, [podContainer(id)], { namespace }));
    return day(number, { directory: { state: 'asked', clusters: [clusterOf(pods, cluster)] } });
  };
  const engine = (number: number, ids: readonly string[]) => day(number, { scans: ids.map((id) => teamScan(id, 'x', [bash])) });

  test('a rollout in a cluster counts twice, and a diagnostic says so', () => {
    const messages = outdated(shop(1, ['a', 'b', 'c']), shop(2, ['c', 'd']));
    expect(messages).toEqual([
      'Inventories of the cluster prod at several times are added up. Counted as running, and not in the newest: 2. Give only the newest, or compare two of them by diff.',
    ]);
    expect(outdated(shop(1, ['a']), shop(2, ['b']))).toEqual([expect.stringContaining('not in the newest: 1.')]);
  });

  test('what replaced containers twice counts them once each', () => {
    expect(outdated(shop(1, ['a', 'b']), shop(2, ['b', 'c']), shop(3, ['d']))).toEqual([expect.stringContaining('not in the newest: 3.')]);
  });

  test('an engine is known by a container that ran at both', () => {
    expect(outdated(engine(1, ['a', 'b']), engine(2, ['b', 'c']))).toEqual([
      expect.stringMatching(/^Inventories of the same source \(docker\) at several times are added up\..+not in the newest: 1\./),
    ]);
  });

  test.each<[string, Inventory, Inventory]>([
    ['other clusters', shop(1, ['a']), shop(2, ['b'], { name: 'other', uid: 'uid-of-other' })],
    ['other namespaces of a cluster', shop(1, ['a']), shop(2, ['b'], {}, 'payments')],
    ['other machines', engine(1, ['a']), engine(2, ['b'])],
    ['containers that were started since', shop(1, ['a']), shop(2, ['a', 'b'])],
    [
      'containers that ended while they were collected',
      day(1, { scans: [unreadScan('a', 'gone'), unreadScan('b', 'failed')] }),
      engine(2, ['b']),
    ],
  ])('%s are no such', (_, older, newer) => {
    expect(outdated(older, newer)).toEqual([]);
  });

  test.each<[string, number, number]>([
    ['older', 1, 2],
    ['newer', 2, 1],
  ])('an engine of one node that is %s than the whole cluster is no such', (_, ofEngine, ofCluster) => {
    expect(outdated(engine(ofEngine, ['a', 'by-hand']), shop(ofCluster, ['a', 'b']))).toEqual([]);
  });

  test('runs on two nodes that both name all of the cluster are no such', () => {
    const pods = [podOf('web', [podContainer('a')]), podOf('cart', [podContainer('b')], { node: 'node-2' })];
    const onNode = (number: number, id: string) =>
      day(number, { directory: { state: 'asked', clusters: [clusterOf(pods)] }, scans: [scanWith(foundContainer(id), [bash])] });
    const merged = mergeInventories([onNode(1, 'a'), onNode(2, 'b')]);
    expect(merged.containers.map(({ scan }) => scan.status)).toEqual(['read', 'read']);
    expect(outdated(onNode(1, 'a'), onNode(2, 'b'))).toEqual([]);
  });
});

test('the order of the inventories does not matter', () => {
  const scans = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  const packages = fc.subarray([bash, newBash, curl], { minLength: 1 });
  fc.assert(
    fc.property(scans, scans, packages, packages, (ids, others, some, more) => {
      const one = day(1, { scans: ids.map((id) => teamScan(id, 'x', some)) });
      const other = day(2, { scans: others.map((id) => teamScan(id, 'y', more)) });
      expect(mergeInventories([one, other])).toEqual(mergeInventories([other, one]));
    }),
  );
});
