import { describe, expect, it } from 'vitest';
import { joinInventory } from '../../src/join/inventory.ts';
import { createOwnerWalker, teamOf } from '../../src/join/owners.ts';
import { defaultConfig, type Ownership } from '../../src/model/config.ts';
import type { TeamSource } from '../../src/model/container.ts';
import type { ClusterObject, OwnerReference, Pairs, Service } from '../../src/model/directory.ts';
import { clusterOf, foundContainer, harvestOf, namespaceOf, objectOf, podContainer, podLabels, podOf, scanWith } from '../fleet.ts';

/** What is written on an object: labels alone, or both. */
type Written = Pairs | { readonly labels?: Pairs; readonly annotations: Pairs };

/** A pod `web` of the namespace `shop` and all that may name its team. What is left out is there, and says nothing. */
interface World {
  readonly pod?: Written;
  /** From the nearest; `forbidden` and `gone` stand for an owner of which the pod says, and the cluster does not. */
  readonly owners?: readonly (readonly [kind: string, Written | 'forbidden' | 'gone'])[];
  /** By name; all of them select the pod, but for those named `other`. Null: Services may not be read. */
  readonly services?: Readonly<Record<string, Written>> | null;
  readonly namespace?: Written | null;
  readonly container?: Pairs;
  readonly image?: Pairs;
  readonly config?: Partial<Ownership>;
}

/** Labels and annotations, however they were written down. */
const pairsOf = (written: Written): Partial<Pick<ClusterObject, 'labels' | 'annotations'>> =>
  typeof written.annotations === 'object' ? (written as Pick<ClusterObject, 'labels' | 'annotations'>) : { labels: written as Pairs };

const objectWith = (kind: string, name: string, written: Written = {}, owner: OwnerReference | null = null): ClusterObject =>
  objectOf(kind, name, { ...pairsOf(written), owner });

const referenceTo = (kind: string): OwnerReference => ({ apiVersion: 'apps/v1', kind, name: 'web', uid: `uid-of-${kind}-web` });

/** The walk to the team of a container of that pod. */
function walkIn({ pod = {}, owners = [], services = {}, namespace = {}, container, image, config }: World) {
  const kinds = owners.map(([kind]) => kind);
  const workloads = owners.flatMap(([kind, written], index): ClusterObject[] => {
    const next = kinds[index + 1];
    return typeof written === 'string' ? [] : [objectWith(kind, 'web', written, next === undefined ? null : referenceTo(next))];
  });
  const selecting = Object.entries(services ?? {}).map(
    ([name, written]): Service => ({
      ...objectWith('Service', name, written),
      namespace: 'shop',
      selector: { app: name === 'other' ? 'cart' : 'web' },
    }),
  );
  const written = objectWith('Pod', 'web', pod, kinds[0] === undefined ? null : referenceTo(kinds[0]));
  const webPod = podOf('web', [podContainer('a', { image: 'test.local/web:1' })], {
    ...written,
    namespace: 'shop',
    labels: { app: 'web', ...written.labels },
  });
  const shop = namespace && { ...namespaceOf('shop'), ...pairsOf(namespace) };
  const cluster = clusterOf([webPod], {
    workloads: new Map(workloads.map((object) => [object.uid, object])),
    unaskedKinds: new Set(owners.flatMap(([kind, state]) => (state === 'forbidden' ? [`apps/v1/${kind}`] : []))),
    services: services && new Map([['shop', selecting]]),
    namespaces: shop && new Map([['shop', shop]]),
  });
  const found = foundContainer('a', {
    labels: { ...image, ...container },
    image: { name: 'test.local/web:1', id: 'sha256:1', digest: null, labels: image ?? {} },
  });
  const walk = createOwnerWalker({ ...defaultConfig, file: 'supercargo.yaml', ownership: { ...defaultConfig.ownership, ...config } });
  return walk(found, { cluster, pod: webPod, container: webPod.containers[0] ?? null });
}

const teamIn = (world: World) => teamOf(walkIn(world));

const place = ({ kind, field, key }: TeamSource) => `${field} ${key} of ${kind}`;

const a = { team: 'team-a' };
const b = { team: 'team-b' };
const forA = (more: object = {}) => ({ mapping: [{ team: 'team-a', ...more }] });
const upToDeployment = (replicaSet: Written, deployment: Written) =>
  [
    ['ReplicaSet', replicaSet],
    ['Deployment', deployment],
  ] as const;

describe('the first that names a team is taken', () => {
  it.each<[string, World, string]>([
    ['an overriding rule goes before the pod', { pod: b, config: forA({ override: true }) }, 'mapping ownership.mapping[0] of Config'],
    ['the pod before its owners', { pod: a, owners: upToDeployment(b, b) }, 'label team of Pod'],
    ['the nearest owner before the next', { owners: upToDeployment(a, b) }, 'label team of ReplicaSet'],
    ['two steps up', { owners: upToDeployment({}, a) }, 'label team of Deployment'],
    ['an owner before Services', { owners: [['StatefulSet', a]], services: { front: b } }, 'label team of StatefulSet'],
    [
      'any other owner',
      {
        owners: [
          ['ReplicaSet', {}],
          ['Rollout', a],
        ],
      },
      'label team of Rollout',
    ],
    ['a Service before the namespace', { services: { front: a }, namespace: b }, 'label team of Service'],
    ['a Service that selects other pods says nothing', { services: { other: b }, namespace: a }, 'label team of Namespace'],
    ['the namespace before the container', { namespace: a, container: b }, 'label team of Namespace'],
    ['the container before the mapping', { container: a, config: { mapping: [{ team: 'team-b' }] } }, 'label team of Container'],
    ['the mapping where nobody else does', { config: forA({ namespace: 'sh*' }) }, 'mapping ownership.mapping[0] of Config'],
    [
      'the first rule that fits',
      { config: { mapping: [{ team: 'team-b', namespace: 'other' }, { team: 'team-a' }, { team: 'team-b' }] } },
      'mapping ownership.mapping[1] of Config',
    ],
    ['a label before an annotation', { pod: { labels: { owner: 'team-a' }, annotations: b } }, 'label owner of Pod'],
    ['an annotation where there is no label', { pod: { annotations: { 'a8r.io/owner': 'team-a' } } }, 'annotation a8r.io/owner of Pod'],
    ['an annotation of the pod before a label of its owner', { pod: { annotations: a }, owners: [['Job', b]] }, 'annotation team of Pod'],
    ['an annotation of the namespace', { namespace: { annotations: a } }, 'annotation team of Namespace'],
    ['keys in their order', { pod: { owner: 'team-b', team: 'team-a' } }, 'label team of Pod'],
    [
      'keys of the config',
      { pod: { ...b, 'example.com/owner': 'team-a' }, config: { keys: ['example.com/owner'] } },
      'label example.com/owner of Pod',
    ],
    ['an empty label says nothing', { pod: { team: ' ' }, namespace: a }, 'label team of Namespace'],
  ])('%s', (_, world, from) => {
    const team = teamIn(world);
    expect(team).toMatchObject({ name: 'team-a', status: 'owned' });
    expect(team.from && place(team.from)).toBe(from);
  });
});

describe('images are asked only when the config names their labels', () => {
  const vendor = 'org.opencontainers.image.vendor';
  it('a label that the container has from its image is the word of the image', () => {
    expect(teamIn({ image: a })).toMatchObject({ name: null, status: 'unowned', candidates: [] });
  });
  it('a label of the container that differs is its own', () => {
    expect(teamIn({ image: b, container: a }).name).toBe('team-a');
  });
  it('of an image that nobody could ask the labels may be those of the container: what they say is not taken', () => {
    const found = foundContainer('a', { labels: a, image: { name: 'web', id: 'sha256:1', digest: null, labels: null } });
    expect(teamOf(createOwnerWalker(defaultConfig)(found, null))).toMatchObject({ name: null, status: 'unknown', unasked: ['Container'] });
    const nobodys = { ...found, labels: { app: 'web' } };
    expect(teamOf(createOwnerWalker(defaultConfig)(nobodys, null))).toMatchObject({ name: null, status: 'unowned' });
    const asked = { ...defaultConfig, ownership: { ...defaultConfig.ownership, imageLabels: [vendor] } };
    expect(teamOf(createOwnerWalker(asked)(nobodys, null))).toMatchObject({ status: 'unknown', unasked: ['Image'] });
  });
  it('the labels named in the config are tried, after those of the container', () => {
    const config = { imageLabels: [vendor] };
    expect(teamIn({ image: { [vendor]: 'team-a' }, config }).from).toMatchObject({ kind: 'Image', name: 'test.local/web:1', key: vendor });
    expect(teamIn({ image: { [vendor]: 'team-b' }, container: a, config }).name).toBe('team-a');
  });
});

describe('aliases', () => {
  const config = { aliases: { 'team-a': ['A', 'team a'] } };
  it.each(['A', 'team a', ' team a ', 'team-a'])('%j is team-a, and what was written stays known', (value) => {
    const team = teamIn({ pod: { annotations: { team: value } }, config });
    expect(team).toMatchObject({ name: 'team-a', from: { value } });
  });
  it('are exact, and hold for the mapping too', () => {
    expect(teamIn({ pod: { team: 'a' }, config }).name).toBe('a');
    expect(teamIn({ config: { ...config, mapping: [{ team: 'A' }] } }).name).toBe('team-a');
  });
});

describe('Services', () => {
  it('that agree give the team', () => {
    expect(teamIn({ services: { front: a, back: a } })).toMatchObject({ name: 'team-a', conflict: false });
  });
  it('that agree by an alias give the team', () => {
    expect(teamIn({ services: { front: a, back: { team: 'A' } }, config: { aliases: { 'team-a': ['A'] } } }).conflict).toBe(false);
  });
  it('that disagree are not chosen from: the next that names one is taken', () => {
    const team = teamIn({ services: { front: b, back: { team: 'team-c' } }, namespace: a });
    expect(team).toMatchObject({ name: 'team-a', conflict: true, candidates: [{ name: 'team-b' }, { name: 'team-c' }] });
  });
  it('that disagree leave a container unowned where nobody else names one', () => {
    expect(teamIn({ services: { front: a, back: b } })).toMatchObject({ name: null, status: 'unowned', conflict: true });
  });
  it('that disagree are no matter where the pod names one', () => {
    expect(teamIn({ pod: a, services: { front: b, back: { team: 'c' } } })).toMatchObject({ name: 'team-a', conflict: false });
  });
});

describe('who could not be asked', () => {
  const forbidden = [['ReplicaSet', 'forbidden']] as const;
  it.each<[string, World, string | null, string, string[]]>([
    ['nobody names one: everybody was asked', {}, null, 'unowned', []],
    ['an owner may not be read, and nobody names one', { owners: forbidden }, null, 'unknown', ['ReplicaSet']],
    ['an owner may not be read, and the pod names one', { pod: a, owners: forbidden }, 'team-a', 'owned', []],
    ['an owner may not be read, and the namespace names one', { owners: forbidden, namespace: a }, 'team-a', 'owned', ['ReplicaSet']],
    ['an owner is gone: nobody is left to ask', { owners: [['ReplicaSet', 'gone']] }, null, 'unowned', []],
    ['Services may not be read', { services: null }, null, 'unknown', ['Service']],
    ['namespaces may not be read', { namespace: null }, null, 'unknown', ['Namespace']],
    ['namespaces may not be read, and the container names one', { namespace: null, container: a }, 'team-a', 'owned', ['Namespace']],
  ])('%s', (_, world, name, status, unasked) => {
    expect(teamIn(world)).toMatchObject({ name, status, unasked });
  });

  const stranger = foundContainer('a', { labels: a, pod: podLabels(podOf('web', [])) });
  it('a pod that the cluster does not tell of: its container may not speak for it', () => {
    const team = teamOf(createOwnerWalker(defaultConfig)(stranger, null));
    expect(team).toMatchObject({ name: null, status: 'unknown', candidates: [{ name: 'team-a' }], unasked: ['Pod'] });
  });
  it('but an overriding rule does', () => {
    const ownership = { ...defaultConfig.ownership, mapping: [{ team: 'team-b', namespace: 'shop', override: true }] };
    expect(teamOf(createOwnerWalker({ ...defaultConfig, ownership })(stranger, null))).toMatchObject({ name: 'team-b', status: 'owned' });
  });
});

describe('a rule of the config of which nobody knows whether it fits', () => {
  const ofDeployment = (override: boolean) => ({ team: 'team-b', workload: 'Deployment/web', override });
  const forbidden = [['ReplicaSet', 'forbidden']] as const;

  it.each<[string, World, string | null, readonly string[]]>([
    [
      'and that overrides is not passed over',
      { owners: forbidden, pod: a, config: { mapping: [ofDeployment(true)] } },
      null,
      ['Config', 'ReplicaSet'],
    ],
    [
      'is no matter where one before it fits',
      { owners: forbidden, config: { mapping: [{ team: 'team-c', namespace: 'shop', override: true }, ofDeployment(true)] } },
      'team-c',
      [],
    ],
    [
      'is not passed over for one after it',
      { owners: forbidden, config: { mapping: [ofDeployment(false), { team: 'team-c' }] } },
      null,
      ['ReplicaSet', 'Config'],
    ],
    [
      'is no matter where somebody else names a team first',
      { owners: forbidden, pod: a, config: { mapping: [ofDeployment(false)] } },
      'team-a',
      [],
    ],
    [
      'is none where something else of it differs',
      { owners: forbidden, pod: a, config: { mapping: [{ ...ofDeployment(true), namespace: 'other' }] } },
      'team-a',
      [],
    ],
    [
      'is none where the owner that is known fits',
      { owners: forbidden, pod: a, config: { mapping: [{ ...ofDeployment(true), workload: 'ReplicaSet/*' }] } },
      'team-b',
      [],
    ],
  ])('%s', (_, world, name, unasked) => {
    const team = teamIn(world);
    expect([team.name, team.status, [...team.unasked].sort()]).toEqual([name, name === null ? 'unknown' : 'owned', [...unasked].sort()]);
  });

  it.each([
    ['prod', 'team-b'],
    ['dev', 'team-a'],
    ['0a1b2c3d-*', null],
    ['*d', 'team-b'],
  ])('by the uid of a cluster that may not be read: %s', (pattern, name) => {
    const pod = podOf('web', [podContainer('a')], { labels: a });
    const ownership = { ...defaultConfig.ownership, mapping: [{ team: 'team-b', cluster: pattern, override: true }] };
    const placement = { cluster: clusterOf([pod], { uid: null }), pod, container: pod.containers[0] ?? null };
    expect(teamOf(createOwnerWalker({ ...defaultConfig, ownership })(null, placement)).name).toBe(name);
  });
});

describe('a container of which its source knows the id alone', () => {
  const found = foundContainer('a', { labels: null, image: null });
  const withConfig = (ownership: Partial<Ownership>) =>
    createOwnerWalker({ ...defaultConfig, ownership: { ...defaultConfig.ownership, ...ownership } });
  const pod = podOf('web', [podContainer('a')]);
  const placement = { cluster: clusterOf([pod]), pod, container: pod.containers[0] ?? null };

  it('and that is of no pod may have a label that names a team', () => {
    expect(teamOf(withConfig({})(found, null))).toMatchObject({ name: null, status: 'unknown', unasked: ['Container'] });
  });

  it('and that is of a pod has none but those of the pod', () => {
    expect(teamOf(withConfig({})(found, placement))).toMatchObject({ name: null, status: 'unowned', unasked: [] });
  });

  it.each([
    ['that was found', found],
    ['that nobody has found', null],
  ])('and %s: its image may have one that the config asks for', (_, one) => {
    expect(teamOf(withConfig({ imageLabels: ['vendor'] })(one, placement))).toMatchObject({
      name: null,
      status: 'unknown',
      unasked: ['Image'],
    });
  });

  it.each([{ container: 'web' }, { image: 'web' }, { labels: { app: 'web' } }])('may fit a rule for %j', (rule) => {
    const walk = withConfig({ mapping: [{ team: 'team-a', ...rule, override: true }] });
    expect(teamOf(walk(found, null))).toMatchObject({ name: null, status: 'unknown', unasked: ['Config', 'Container'] });
  });
});

describe('outside Kubernetes', () => {
  it.each<[Pairs, string | null]>([
    [a, 'team-a'],
    [{ team: '' }, null],
    [{}, null],
    [Object.create({ team: 'inherited' }) as Pairs, null],
  ])('%j: %s', (labels, name) => {
    const team = teamOf(createOwnerWalker(defaultConfig)(foundContainer('a', { labels }), null));
    expect(team).toMatchObject({ name, status: name === null ? 'unowned' : 'owned', unasked: [] });
  });
});

it('what else names a team is kept, in the order in which it was asked', () => {
  const team = teamIn({ pod: a, owners: upToDeployment({}, b), namespace: { team: 'team-c' } });
  expect(team.from).toEqual({ kind: 'Pod', namespace: 'shop', name: 'web', field: 'label', key: 'team', value: 'team-a' });
  expect(team.candidates.map(({ name, from }) => `${name}: ${place(from)}`)).toEqual([
    'team-b: label team of Deployment',
    'team-c: label team of Namespace',
  ]);
});

it('a walk names every object that was asked', () => {
  const steps = walkIn({ owners: upToDeployment({}, {}), services: { front: {} }, config: forA() });
  expect(steps.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Pod web',
    'ReplicaSet web',
    'Deployment web',
    'Service front',
    'Namespace shop',
    'Container main',
    'Config supercargo.yaml',
  ]);
});

describe('what is longer than any name of a team', () => {
  const long = 'x'.repeat(1001);
  const found = foundContainer('a', { labels: { team: long, owner: 'team-a' } });

  it('is passed over, and said', () => {
    const refused: TeamSource[] = [];
    const steps = createOwnerWalker(defaultConfig, (from) => refused.push(from))(found, null);
    expect(teamOf(steps).name).toBe('team-a');
    expect(refused).toEqual([{ kind: 'Container', namespace: null, name: 'name-a', field: 'label', key: 'team', value: long }]);
  });

  it('is said in the Inventory, once, and stays in the labels', () => {
    const scans = ['a', 'b'].map((id) => scanWith(foundContainer(id, { name: 'web', labels: { team: long } }), []));
    const { containers, diagnostics } = joinInventory(harvestOf({ scans }));
    expect(containers.map(({ team, labels }) => [team.name, labels?.team])).toEqual([
      [null, long],
      [null, long],
    ]);
    expect(diagnostics).toEqual([
      {
        ...{ severity: 'warning', code: 'join/overlong-team', container: null, path: null },
        message: 'The label team of the Container web is no name of a team: it has 1001 characters, more than 1000.',
      },
    ]);
  });
});
