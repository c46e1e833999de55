import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Harvest, joinInventory } from '../../src/join/inventory.ts';
import { indexPlacements } from '../../src/join/owners.ts';
import { judge } from '../../src/join/selection.ts';
import type { ContainerScan } from '../../src/model/container-scan.ts';
import type { Directory, Pod } from '../../src/model/directory.ts';
import { Inventory } from '../../src/model/inventory.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { packages as packagesView } from '../../src/report/packages.ts';

const record = (name: string, version = '1', architecture = 'amd64') => ({
  ...{ name, version, architecture, sourcePackage: null, licenseDeclared: null },
});

function scanOf(id: string, names: readonly string[], pod: string | null = null, labels: Record<string, string> = {}): ContainerScan {
  return {
    container: {
      id,
      name: id,
      runtime: 'docker',
      labels,
      image: null,
      pod: pod === null ? null : { namespace: 'shop', name: pod, uid: `uid-${pod}`, container: 'main' },
    },
    ...{
      by: 'docker',
      startedAt: 'start',
      collectedAt: 'now',
      drift: null,
      status: 'read',
      reason: null,
      message: null,
      system: null,
      diagnostics: [],
    },
    databases: [{ type: 'deb', path: '/var/lib/dpkg/status', status: 'read', reason: null, packages: names.length }],
    contents: [{ type: 'deb', packages: names.map((name) => record(name)) }],
  };
}

function podOf(name: string, ids: readonly string[], labels: Record<string, string> = {}, node = 'node-1'): Pod {
  const containers = ids.map(
    (id) =>
      ({ id, runtime: 'docker', name: 'main', type: 'container', state: 'running', startedAt: 'start', image: 'i', imageId: '' }) as const,
  );
  return { namespace: 'shop', name, uid: `uid-${name}`, node, labels, containers };
}

function directoryOf(pods: readonly Pod[], namespaces: ReadonlyMap<string, Record<string, string>> | null = new Map()): Directory {
  return { state: 'asked', clusters: [{ name: 'test', uid: 'cluster-uid', version: null, pods, namespaces }] };
}

function join(harvest: Partial<Harvest>) {
  const scans = harvest.scans ?? [];
  const named = new Set(scans.map(({ container }) => container.id));
  const nothing = {
    generated: 'now',
    generator: { name: 's', version: '0' },
    sources: [],
    directory: directoryOf([]),
    diagnostics: [],
    named,
  };
  return joinInventory({ ...nothing, ...harvest, scans });
}

describe('whose container it is', () => {
  const teamOf = (pods: readonly Pod[], scan: ContainerScan, namespaces?: ReadonlyMap<string, Record<string, string>> | null) => {
    const [container] = join({ scans: [scan], directory: directoryOf(pods, namespaces) }).containers;
    return [container?.team.name, container?.team.status, container?.team.from?.kind ?? null];
  };
  const ownNamespace = new Map([['shop', { team: 'of-namespace' }]]);

  test.each<[string, unknown, readonly unknown[]]>([
    [
      'the label of the pod',
      teamOf([podOf('p', ['c'], { team: 'of-pod' })], scanOf('c', [], 'p'), ownNamespace),
      ['of-pod', 'owned', 'Pod'],
    ],
    ['else of the namespace', teamOf([podOf('p', ['c'])], scanOf('c', [], 'p'), ownNamespace), ['of-namespace', 'owned', 'Namespace']],
    ['else nobody', teamOf([podOf('p', ['c'])], scanOf('c', [], 'p')), [null, 'unowned', null]],
    ['an empty label is none', teamOf([podOf('p', ['c'], { team: '' })], scanOf('c', [], 'p')), [null, 'unowned', null]],
    ['a namespace that may not be read', teamOf([podOf('p', ['c'])], scanOf('c', [], 'p'), null), [null, 'unknown', null]],
    ['a pod that the cluster does not know', teamOf([], scanOf('c', [], 'p')), [null, 'unknown', null]],
    [
      'a pod whose status does not name the container yet',
      teamOf([podOf('p', [], { team: 'of-pod' })], scanOf('c', [], 'p')),
      ['of-pod', 'owned', 'Pod'],
    ],
    ['outside Kubernetes its own label', teamOf([], scanOf('c', [], null, { team: 'own' })), ['own', 'owned', 'Container']],
    ['outside Kubernetes without a label', teamOf([], scanOf('c', [])), [null, 'unowned', null]],
  ])('%s', (_, team, expected) => {
    expect(team).toEqual(expected);
  });
});

describe('what no source could look into', () => {
  const directory = directoryOf([podOf('read', ['a']), podOf('ended', ['b']), podOf('elsewhere', ['c'], {}, 'node-2')]);
  const { containers } = join({ scans: [scanOf('a', ['x'], 'read')], directory });

  test('is unread where nothing reads its node, and gone where its engine was asked', () => {
    expect(containers.map(({ id, scan }) => [id, scan.status, scan.reason])).toEqual([
      ['a', 'read', null],
      ['b', 'unread', 'gone'],
      ['c', 'unread', 'no-agent'],
    ]);
  });
});

test('order and digest come from the data, not from the order of arrival or the time', () => {
  const scans = [scanOf('c', ['x', 'y']), scanOf('a', ['y', 'z']), scanOf('b', ['x', 'y']), scanOf('d', [])];
  const expected = join({ scans });
  fc.assert(
    fc.property(fc.shuffledSubarray(scans, { minLength: scans.length }), fc.string(), (shuffled, time) => {
      const { generated, contentDigest, ...rest } = join({
        scans: shuffled.map((scan) => ({ ...scan, collectedAt: time })),
        generated: time,
      });
      expect(contentDigest).toBe(expected.contentDigest);
      expect(generated).toBe(time);
      expect(rest.packageSets).toEqual(expected.packageSets);
      expect(rest.containers.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    }),
    { numRuns: 50 },
  );
  expect(join({ scans: [...scans.slice(1), scanOf('c', ['x'])] }).contentDigest).not.toBe(expected.contentDigest);
});

test('each distinct package and set stands once, and the whole fits its schema', () => {
  const inventory = join({ scans: [scanOf('a', ['x', 'y']), scanOf('b', ['y', 'x'])], directory: directoryOf([podOf('p', ['z'])]) });
  expect(inventory.packages.map(({ name }) => name)).toEqual(['x', 'y']);
  expect(Object.values(inventory.packageSets)).toEqual([[0, 1]]);
  expect(Inventory.safeParse(JSON.parse(JSON.stringify(inventory))).success).toBe(true);
});

describe('the laptop rule', () => {
  const everything = { namespaces: [], excludedNamespaces: [], selector: null };
  const { container } = scanOf('c', []);
  const { container: ofPod } = scanOf('c', [], 'p');
  const verdict = (found: typeof container, state: Directory['state'], isEngineAskedFor: boolean, selection = {}) => {
    const directory = { state, clusters: [] };
    return judge(found, {
      selection: { ...everything, ...selection },
      directory,
      placements: indexPlacements(directory),
      isEngineAskedFor,
    });
  };

  test.each<[string, string, string]>([
    ['no cluster: the engine is all there is', verdict(container, 'absent', false), 'selected'],
    ['a cluster in use: its own containers are left out', verdict(container, 'asked', false), 'outside'],
    ['a cluster that fails is in use too', verdict(container, 'failed', false), 'outside'],
    ['unless Docker is asked for by name', verdict(container, 'asked', true), 'selected'],
    ['a container of a pod is never left out', verdict(ofPod, 'asked', false), 'selected'],
    ['not even when the cluster fails', verdict(ofPod, 'failed', false), 'selected'],
    ['another namespace', verdict(ofPod, 'asked', false, { namespaces: ['other'] }), 'deselected'],
    ['its namespace', verdict(ofPod, 'asked', false, { namespaces: ['shop'] }), 'selected'],
    ['an excluded namespace', verdict(ofPod, 'asked', false, { excludedNamespaces: ['shop'] }), 'deselected'],
    ['a namespace is asked for, and it has none', verdict(container, 'absent', true, { namespaces: ['shop'] }), 'deselected'],
  ])('%s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('the view packages', () => {
  const everything = { teams: [], unowned: false, packages: [], by: null };
  const scans = [
    scanOf('a', ['x', 'y'], null, { team: 'one' }),
    scanOf('b', ['x'], null, { team: 'two' }),
    scanOf('c', ['x'], null, { team: 'two' }),
    scanOf('d', ['x']),
  ];
  const inventory = join({ scans });

  test('counts containers, by team', () => {
    expect(packagesView.rows(inventory, everything).map(({ record: row }) => row)).toEqual([
      {
        ...{ package: 'x', version: '1', type: 'deb', occurrences: 4, unownedContainers: 1, unknownContainers: 0 },
        teams: [
          { name: 'one', containers: 1 },
          { name: 'two', containers: 2 },
        ],
      },
      {
        package: 'y',
        version: '1',
        type: 'deb',
        occurrences: 1,
        unownedContainers: 0,
        unknownContainers: 0,
        teams: [{ name: 'one', containers: 1 }],
      },
    ]);
  });

  test('by team: one row for each, (unowned) last', () => {
    const rows = packagesView.rows(inventory, { ...everything, by: 'team', packages: ['x'] });
    expect(rows.map(({ cells }) => cells.slice(3))).toEqual([
      ['one', 1],
      ['two', 2],
      ['(unowned)', 1],
    ]);
  });

  test('a container with two architectures of a package counts once', () => {
    const two = {
      ...scanOf('a', []),
      contents: [{ type: 'deb', packages: [record('x', '1', 'amd64'), record('x', '1', 'i386')] }],
    } as const;
    expect(packagesView.rows(join({ scans: [two] }), everything).map(({ cells }) => cells[3])).toEqual([1]);
  });

  test('coverage is complete when all were read, and not when one was not, a team is not known, or a source failed', () => {
    const source = { kind: 'docker', name: 'd', version: null, containers: 0, error: 'broken' } as const;
    expect(coverageOf(inventory).complete).toBe(true);
    expect(coverageOf(join({ scans: [{ ...scanOf('a', []), status: 'unread', reason: 'damaged' }] })).complete).toBe(false);
    expect(coverageOf(join({ scans: [{ ...scanOf('a', []), status: 'unread', reason: 'gone' }] })).complete).toBe(true);
    expect(coverageOf(join({ scans: [scanOf('a', [], 'p')] })).complete).toBe(false);
    expect(coverageOf(join({ sources: [source] })).complete).toBe(false);
  });
});
