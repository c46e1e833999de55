import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Harvest, joinInventory } from '../../src/join/inventory.ts';
import type { ContainerScan } from '../../src/model/container-scan.ts';
import { Inventory } from '../../src/model/inventory.ts';
import {
  clusterOf,
  directoryOf,
  foundContainer,
  harvestOf,
  idOf,
  packageRecord,
  podContainer,
  podLabels,
  podOf,
  scanOf,
  scanWith,
} from '../fleet.ts';

const bash = packageRecord('bash', '5.2');
const zlib = packageRecord('zlib', '1.3');
const debian = { id: 'debian', idLike: [], versionId: '12', name: 'Debian 12' };

/** The containers of the Inventory that the harvest comes to. */
const join = (more: Partial<Harvest>) => joinInventory(harvestOf(more)).containers;

const unread = (by: ContainerScan['by'], id = 'a', more: Partial<ContainerScan> = {}) =>
  scanOf(foundContainer(id), { by, status: 'unread', reason: 'failed', ...more });

describe('a container', () => {
  it('outside Kubernetes is what its engine says', () => {
    const container = foundContainer('a', { labels: { team: 'shamu' } });
    const [joined] = join({ scans: [scanWith(container, [bash])] });
    expect(joined).toMatchObject({ id: idOf('a'), name: 'name-a', runtime: 'docker', node: null, cluster: null, pod: null });
    expect(joined?.team).toMatchObject({ name: 'shamu', status: 'owned' });
    expect(joined?.labels).toEqual({ team: 'shamu' });
  });

  it('of a listed pod is found by its id, and takes name, node, cluster and team from there', () => {
    const pod = podOf('web', [podContainer('a', { name: 'nginx', type: 'init' })], { labels: { team: 'keiko' } });
    const [joined] = join({ scans: [scanOf(foundContainer('a', { labels: { team: 'shamu' } }))], directory: directoryOf(pod) });
    expect(joined).toMatchObject({ name: 'nginx', node: 'node-1', cluster: 'uid-of-prod', team: { name: 'keiko' } });
    expect(joined?.pod).toEqual({
      namespace: 'shop',
      name: 'web',
      uid: 'uid-of-web',
      container: 'nginx',
      containerType: 'init',
      workload: null,
    });
  });

  it('is found by the uid of its pod while the status of the pod lags behind', () => {
    const pod = podOf('web', [podContainer(null, { state: 'waiting' })], { labels: { team: 'keiko' } });
    const [joined] = join({ scans: [scanOf(foundContainer('new', { pod: podLabels(pod) }))], directory: directoryOf(pod) });
    expect(joined).toMatchObject({ name: 'main', node: 'node-1', team: { name: 'keiko' } });
    expect(joined?.pod).toMatchObject({ name: 'web', container: 'main', containerType: null });
  });

  it('of a pod that nobody could be asked about keeps the pod of its labels, and nobody knows its team', () => {
    const pod = podOf('late', []);
    const [joined] = join({ scans: [scanOf(foundContainer('a', { pod: podLabels(pod), labels: { team: 'shamu' } }))] });
    expect(joined?.pod).toEqual({ ...podLabels(pod), containerType: null, workload: null });
    expect(joined?.team).toMatchObject({ name: null, status: 'unknown' });
  });

  it('has the name of the cluster where its uid may not be read', () => {
    const pod = podOf('web', [podContainer('a')]);
    const directory = { state: 'asked', clusters: [clusterOf([pod], { uid: null })] } as const;
    expect(join({ directory })[0]?.cluster).toBe('prod');
  });
});

describe('what several say of one id becomes one entry', () => {
  const older = scanWith(foundContainer('a', { name: 'older' }), [bash], { collectedAt: '2026-01-01T00:00:00.000Z' });
  const newer = scanWith(foundContainer('a', { name: 'newer' }), [zlib], { collectedAt: '2026-01-01T00:00:00.001Z', by: 'rootfs' });
  const failed = unread('docker', 'a', { collectedAt: '2026-02-01T00:00:00.000Z' });
  const tied = { ...newer, by: 'docker', container: foundContainer('a', { name: 'tied' }) } as const;

  it.each([
    ['the newer of two reads', [older, newer], 'newer'],
    ['a read, also where a later try failed', [older, failed], 'older'],
    ['of two at the same time the first by the kind of its source', [newer, tied], 'tied'],
    ['the same thing twice', [older, older], 'older'],
  ])('%s', (_, scans, name) => {
    for (const arrived of [scans, scans.toReversed()]) {
      const inventory = joinInventory(harvestOf({ scans: arrived }));
      expect(inventory.containers.map((container) => container.name)).toEqual([name]);
    }
  });

  it('a scan and a pod', () => {
    const directory = directoryOf(podOf('web', [podContainer('a')]));
    expect(join({ scans: [scanWith(foundContainer('a'), [bash])], directory }).map(({ scan }) => scan.status)).toEqual(['read']);
  });

  it('a pod that was listed twice', () => {
    const pod = podOf('web', [podContainer('a'), podContainer(null, { state: 'waiting' })]);
    const inventory = joinInventory(harvestOf({ directory: directoryOf(pod, pod) }));
    expect(inventory.containers.length).toBe(1);
    expect(inventory.clusters[0]?.notRunning).toEqual({ waiting: 1, terminated: 0 });
  });
});

describe('a container of a pod that no source could look into', () => {
  const web = podOf('web', [podContainer('a', { name: 'nginx' })], { node: 'node-2', labels: { team: 'shamu' } });

  it('is unread, with its team and the node that nothing reads', () => {
    const [joined] = join({ directory: directoryOf(web) });
    expect(joined).toMatchObject({ id: idOf('a'), name: 'nginx', node: 'node-2', team: { name: 'shamu' }, os: null });
    expect(joined?.scan).toEqual({
      status: 'unread',
      reason: 'no-agent',
      message: 'Nothing here reads the containers of the node node-2.',
      by: null,
      collectedAt: null,
      drift: null,
      packageSet: null,
      databases: [],
    });
  });

  it('has ended where that is known', () => {
    expect(join({ directory: directoryOf(web), ended: new Set([idOf('a')]) })[0]?.scan).toMatchObject({ status: 'unread', reason: 'gone' });
  });

  it('is not there at all where an engine named it and it was not selected', () => {
    expect(join({ directory: directoryOf(web), named: new Set([idOf('a')]) })).toEqual([]);
  });

  it.each(['waiting', 'terminated'] as const)('is only counted where it is %s', (state) => {
    const pod = podOf('web', [podContainer('a', { state }), podContainer(null, { state })]);
    const { containers, clusters } = joinInventory(harvestOf({ directory: directoryOf(pod) }));
    expect(containers).toEqual([]);
    expect(clusters[0]?.notRunning).toEqual({ waiting: 0, terminated: 0, [state]: 2 });
  });
});

describe('a sandbox that hides a pod', () => {
  const pod = podOf('web', [podContainer('a'), podContainer('b')]);
  const sandbox = (id: string, of = pod) =>
    scanOf(foundContainer(id, { runtime: null, pod: { uid: of.uid, namespace: null, name: null, container: null } }), {
      ...{ by: 'node', status: 'unread', reason: 'sandboxed', message: 'It runs in gVisor.' },
    });
  const outcomes = (more: Partial<Harvest>) => join(more).map(({ id, scan }) => `${id[0]} ${scan.status} ${scan.reason}`);

  it('is no container of its own: those of its pod are unread for its sake', () => {
    expect(outcomes({ scans: [sandbox('f')], directory: directoryOf(pod) })).toEqual(['a unread sandboxed', 'b unread sandboxed']);
  });

  it('says nothing of other pods of the node', () => {
    const other = podOf('other', [podContainer('c')]);
    const scans = [sandbox('f'), scanOf(foundContainer('a'))];
    expect(outcomes({ scans, directory: directoryOf(pod, other) })).toEqual(['a read null', 'b unread sandboxed', 'c unread no-agent']);
  });

  it('is a container where a pod names it so, or nobody tells of its pod', () => {
    expect(outcomes({ scans: [sandbox('a')], directory: directoryOf(podOf('web', [podContainer('a')])) })).toEqual(['a unread sandboxed']);
    expect(outcomes({ scans: [sandbox('f')] })).toEqual(['f unread sandboxed']);
  });
});

describe('a container of which its source only knows the uid of the pod', () => {
  const found = foundContainer('a', { runtime: null, pod: { uid: 'uid-of-web', namespace: null, name: null, container: null } });

  it('has the rest from its pod', () => {
    const pod = podOf('web', [podContainer('a', { runtime: 'containerd' })]);
    expect(join({ scans: [scanOf(found, { by: 'node' })], directory: directoryOf(pod) })[0]).toMatchObject({
      runtime: 'containerd',
      pod: { namespace: 'shop', name: 'web', uid: 'uid-of-web' },
    });
  });

  it('keeps the uid where nobody tells of the pod', () => {
    const [joined] = join({ scans: [scanOf(found, { by: 'node' })] });
    expect(joined).toMatchObject({ runtime: null, pod: { namespace: null, name: null, uid: 'uid-of-web' }, team: { status: 'unknown' } });
  });
});

describe('an image', () => {
  const digest = `sha256:${'d'.repeat(64)}`;
  const config = `sha256:${'c'.repeat(64)}`;
  const found = { name: 'app:1', id: config, digest: `sha256:${'e'.repeat(64)}`, labels: { a: 'b' } };
  const none = { name: 'test.local/app:1', id: null, digest: null, labels: {} };

  it.each([
    ['the engine alone', found, null, found],
    ['the pod alone, with a repository digest', null, `docker-pullable://test.local/app@${digest}`, { ...none, digest }],
    ['the pod alone, without a scheme', null, `test.local/app@${digest}`, { ...none, digest }],
    ['the pod alone, with the id of the image', null, config, { ...none, id: config }],
    ['the pod alone, with the id behind a scheme', null, `docker://${config}`, { ...none, id: config }],
    ['the pod alone, with nothing to go by', null, '', none],
    ['both: name and id of the engine, digest of the pod', found, `test.local/app@${digest}`, { ...found, digest }],
    ['both, and the pod knows no digest', found, config, found],
    ['an engine that has no name for it', { ...found, name: null }, null, { ...found, name: config }],
  ])('is named by %s', (_, image, imageId, expected) => {
    const directory = directoryOf(...(imageId === null ? [] : [podOf('web', [podContainer('a', { imageId })])]));
    const scans = image === null ? [] : [scanOf(foundContainer('a', { image }))];
    expect(joinInventory(harvestOf({ scans, directory })).images).toEqual([expected]);
  });
});

describe('the Inventory', () => {
  const shared = [bash, zlib];
  const image = { name: 'app:1', id: `sha256:${'c'.repeat(64)}`, digest: null, labels: {} };
  const listed = podOf('web', [podContainer('c'), podContainer('f', { name: 'sidecar' })]);
  const fleet: Harvest = harvestOf({
    sources: [
      { kind: 'docker', name: 'unix:///b', version: null, containers: 3, error: null },
      { kind: 'docker', name: 'unix:///a', version: null, containers: 0, error: 'It does not answer.' },
    ],
    directory: directoryOf(listed, podOf('gone', [podContainer('e')])),
    scans: [
      scanWith(foundContainer('a', { image }), shared, { system: debian }),
      scanWith(foundContainer('b', { image }), shared, { system: debian }),
      scanWith(foundContainer('c'), [zlib, packageRecord('zlib', '1.10'), bash]),
      unread('docker', 'd', { diagnostics: [{ severity: 'error', code: 'scan/x', message: 'x', container: idOf('d'), path: null }] }),
    ],
    diagnostics: [{ severity: 'warning', code: 'collect/y', message: 'y', container: null, path: null }],
  });

  it('is what its schema says', () => {
    const inventory = joinInventory(fleet);
    expect(Inventory.parse(inventory)).toEqual(inventory);
  });

  it('has all in order: containers by id, packages by name and the order of their versions, sources by kind and name', () => {
    const { containers, packages, sources, diagnostics, packageSets } = joinInventory(fleet);
    expect(containers.map(({ id }) => id[0])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(packages.map(({ name, version, purl }) => [name, version, purl?.includes('debian')])).toEqual([
      ['bash', '5.2', false],
      ['bash', '5.2', true],
      ['zlib', '1.3', true],
      ['zlib', '1.3', false],
      ['zlib', '1.10', false],
    ]);
    expect(sources.map(({ name }) => name)).toEqual(['unix:///a', 'unix:///b']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['collect/y', 'scan/x']);
    expect(Object.keys(packageSets)).toEqual(Object.keys(packageSets).toSorted());
  });

  it('has each image, system and set once, and positions that lead to them', () => {
    const { containers, images, systems, packages, packageSets } = joinInventory(fleet);
    expect(images.length).toBe(2);
    expect(systems).toEqual([debian]);
    expect(Object.keys(packageSets).length).toBe(2);
    const [a, b, c, d] = containers;
    expect([a?.image, a?.os, a?.scan.packageSet]).toEqual([b?.image, b?.os, b?.scan.packageSet]);
    expect(images[a?.image ?? -1]).toEqual(image);
    expect([c?.os, d?.image, d?.scan.packageSet]).toEqual([null, null, null]);
    const versions = packageSets[c?.scan.packageSet ?? '']?.map((position) => packages[position]?.version);
    expect(versions).toEqual(['5.2', '1.3', '1.10']);
  });

  const shuffledList = <Item>(items: readonly Item[]) => fc.shuffledSubarray([...items], { minLength: items.length });
  const shuffledPod = (pod: (typeof fleet.directory.clusters)[0]['pods'][0]) =>
    shuffledList(pod.containers).map((containers) => ({ ...pod, containers }));
  const shuffledScan = (scan: ContainerScan) =>
    fc
      .tuple(...scan.contents.map((content) => shuffledList(content.packages).map((packages) => ({ ...content, packages }))))
      .map((contents) => ({
        ...scan,
        contents,
      }));
  const shuffled = fc
    .record({
      scans: fc.tuple(...fleet.scans.map(shuffledScan)).chain(shuffledList),
      pods: fc.tuple(...(fleet.directory.clusters[0]?.pods ?? []).map(shuffledPod)).chain(shuffledList),
      sources: shuffledList(fleet.sources),
    })
    .map(({ scans, pods, sources }): Harvest => ({ ...fleet, scans, sources, directory: directoryOf(...pods) }));

  it('is the same whatever arrives first', () => {
    const expected = JSON.stringify(joinInventory(fleet));
    fc.assert(
      fc.property(shuffled, (harvest) => {
        expect(JSON.stringify(joinInventory(harvest))).toBe(expected);
      }),
    );
  });

  it('changes nothing of what it is given', () => {
    const before = JSON.stringify(fleet);
    joinInventory(fleet);
    expect(JSON.stringify(fleet)).toBe(before);
  });
});

describe('contentDigest', () => {
  const container = foundContainer('a', { image: { name: 'app', id: 'sha256:1', digest: null, labels: {} } });
  const directory = directoryOf(podOf('web', [podContainer('a'), podContainer('b')]));
  const scan = scanWith(container, [bash], { system: debian });
  const fleet = harvestOf({ scans: [scan], directory });
  const digest = (more: Partial<Harvest>) => joinInventory({ ...fleet, ...more }).contentDigest;
  const digestOfScan = (more: Partial<ContainerScan>) => digest({ scans: [{ ...scan, ...more }] });
  const [pod] = directory.clusters[0]?.pods ?? [];
  if (pod === undefined) throw new Error('The fleet has a pod.');

  it('is a SHA-256', () => {
    expect(digest({})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('is that of the whole as JSON, however much there is', () => {
    const packages = Array.from({ length: 2500 }, (_, index) => packageRecord(`p${index}`, '1'));
    const scans = packages.map((_, index) => scanWith(foundContainer(`c${index}`), packages.slice(index, index + 2)));
    const { generated: _, contentDigest, containers, ...rest } = joinInventory({ ...fleet, scans });
    const facts = containers.map(({ scan: { collectedAt: __, ...read }, ...found }) => JSON.stringify([found, read]));
    const whole = JSON.stringify(rest) + facts.join('');
    expect(contentDigest).toBe(`sha256:${createHash('sha256').update(whole).digest('hex')}`);
  });

  it('is equal for another time of collecting', () => {
    expect(digest({ generated: '2027-01-01T00:00:00Z' })).toBe(digest({}));
    expect(digestOfScan({ collectedAt: '2027-01-01T00:00:00Z' })).toBe(digest({}));
  });

  it.each([
    ['another package', () => digestOfScan({ contents: [{ type: 'deb', packages: [zlib] }] })],
    ['another version', () => digestOfScan({ contents: [{ type: 'deb', packages: [{ ...bash, version: '5.3' }] }] })],
    ['another licence', () => digestOfScan({ contents: [{ type: 'deb', packages: [{ ...bash, licenseDeclared: 'GPL' }] }] })],
    ['another system', () => digestOfScan({ system: { ...debian, name: 'Debian' } })],
    ['another image', () => digestOfScan({ container: { ...container, image: null } })],
    ['another drift', () => digestOfScan({ drift: true })],
    ['another status', () => digestOfScan({ status: 'partial', reason: 'damaged' })],
    ['another team', () => digest({ directory: directoryOf({ ...pod, labels: { team: 'shamu' } }) })],
    ['another node', () => digest({ directory: directoryOf({ ...pod, node: 'node-9' }) })],
    [
      'a restart',
      () => digest({ directory: directoryOf({ ...pod, containers: [podContainer('a', { startedAt: '2026-05-05T00:00:00Z' })] }) }),
    ],
    ['one container less', () => digest({ directory: directoryOf(podOf('web', [podContainer('a')])) })],
    [
      'one that waits',
      () => digest({ directory: directoryOf({ ...pod, containers: [...pod.containers, podContainer(null, { state: 'waiting' })] }) }),
    ],
    ['a source that fails', () => digest({ sources: [{ kind: 'docker', name: 'x', version: null, containers: 0, error: 'x' }] })],
    ['a diagnostic', () => digest({ diagnostics: [{ severity: 'info', code: 'a/b', message: 'c', container: null, path: null }] })],
    ['another program', () => digest({ generator: { name: 'supercargo', version: '9.9.9' } })],
  ])('is another for %s', (_, changed) => {
    expect(changed()).not.toBe(digest({}));
  });
});
