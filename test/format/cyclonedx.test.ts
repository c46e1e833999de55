import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import { cyclonedx } from '../../src/format/cyclonedx.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import {
  clusterOf,
  foundContainer,
  harvestOf,
  idOf,
  packageRecord,
  podContainer,
  podOf,
  scanWith,
  teamScan,
  unreadScan,
} from '../fleet.ts';
import { inventory as hostile, textOf } from './reports.ts';

const print = (inventory: Inventory) => textOf(cyclonedx.format(inventory));
const official = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

const bash = packageRecord('bash', '5.2', { sourcePackage: { name: 'bash', version: '5.2' }, licenseDeclared: 'GPL-3.0' });
const debian = { id: 'debian', idLike: [], versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' };
const fleet = joinInventory(
  harvestOf({
    scans: [
      { ...teamScan('a', 'shamu', [bash, packageRecord('zlib')]), system: debian },
      { ...teamScan('b', 'keiko', [bash, packageRecord('zlib')]), system: debian },
      { ...scanWith(foundContainer('c', { labels: { team: 'keiko' } }), [bash]), status: 'partial', reason: 'damaged' },
      unreadScan('d', 'forbidden', { message: 'No.' }),
      unreadScan('e', 'gone'),
    ],
  }),
);
const document = JSON.parse(print(fleet));

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
const components: readonly Component[] = document.components;
const named = (ref: string) => components.find((component) => component['bom-ref'] === ref);
const property = ({ properties = [] }: Component, name: string) =>
  properties.filter((other) => other.name === name).map(({ value }) => value);

/** What is reached from a component. */
function namesBelow(ref: string): string[] {
  const { dependsOn = [] } = document.dependencies.find((dependency: { ref: string }) => dependency.ref === ref) ?? {};
  return dependsOn.flatMap((inner: string) => [named(inner)?.name, ...namesBelow(inner)]);
}

describe('cyclonedx', () => {
  it.each([
    ['a fleet', fleet],
    ['hostile names', hostile],
    ['nothing', { ...hostile, containers: [], packages: [], packageSets: {} }],
  ])('is what the official schema wants, of %s', async (_, inventory) => {
    expect(await official.validate(print(inventory))).toBeNull();
  });

  it('refuses, so that the line above says something', async () => {
    expect(await official.validate(JSON.stringify({ ...document, components: [{ type: 'no such type', name: 'x' }] }))).not.toBeNull();
  });

  it('has each distinct package once, with its purl and the teams that have it', () => {
    const packages = components.filter(({ type }) => type === 'library');
    expect(packages).toHaveLength(fleet.packages.length);
    expect(new Set(components.map((component) => component['bom-ref'])).size).toBe(components.length);
    const position = fleet.packages.findIndex(({ purl }) => purl?.startsWith('pkg:deb/debian/bash@'));
    expect(named(`package:${position}`)).toEqual({
      type: 'library',
      'bom-ref': `package:${position}`,
      name: 'bash',
      version: '5.2',
      licenses: [{ license: { name: 'GPL-3.0', acknowledgement: 'declared' } }],
      purl: 'pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12',
      properties: [
        { name: 'supercargo:package-type', value: 'deb' },
        { name: 'supercargo:source-package', value: 'bash' },
        { name: 'supercargo:source-version', value: '5.2' },
        { name: 'supercargo:team', value: 'keiko' },
        { name: 'supercargo:team', value: 'shamu' },
      ],
    });
  });

  it('leads from the fleet to containers, from these to their systems, and from these to the packages', () => {
    expect(namesBelow(`container:${idOf('a')}`)).toEqual(['debian', 'bash', 'zlib']);
    expect(namesBelow(`container:${idOf('b')}`)).toEqual(['debian', 'bash', 'zlib']);
    expect(namesBelow(`container:${idOf('d')}`)).toEqual([]);
    expect(namesBelow('fleet').filter((name) => name.startsWith('name-'))).toEqual(['name-a', 'name-b', 'name-c', 'name-d']);
    expect(components.filter(({ type }) => type === 'operating-system')).toHaveLength(2);
  });

  it('says of a container whose it is, and of one that was not read that and why', () => {
    expect(property(named(`container:${idOf('a')}`) as Component, 'supercargo:team')).toEqual(['shamu']);
    const unread = named(`container:${idOf('d')}`) as Component;
    expect(['ownership', 'scan', 'scan-reason', 'scan-message'].flatMap((name) => property(unread, `supercargo:${name}`))).toEqual([
      'unowned',
      'unread',
      'forbidden',
      'No.',
    ]);
  });

  it('calls a cluster by its name, and tells its uid apart', () => {
    const pod = podOf('web-1', [podContainer('a')]);
    const clusters = (uid: string | null) => [clusterOf([pod], { name: 'prod-eu', uid })];
    const placeOf = (uid: string | null) => {
      const directory = { state: 'asked' as const, clusters: clusters(uid) };
      const inventory = joinInventory(harvestOf({ directory, scans: [teamScan('a', null, [bash])] }));
      const [component] = JSON.parse(print(inventory)).components;
      return ['supercargo:cluster', 'supercargo:cluster-uid'].map((name) => property(component, name));
    };
    expect(placeOf('uid-of-prod-eu')).toEqual([['prod-eu'], ['uid-of-prod-eu']]);
    expect(placeOf(null)).toEqual([['prod-eu'], []]);
  });

  it.each([1024, 1025])('has a version of %i characters whole, and is what the official schema wants', async (length) => {
    const version = '1'.repeat(length);
    const scan = { ...teamScan('a', null, [packageRecord('bash', version)]), system: { ...debian, versionId: version } };
    const text = print(joinInventory(harvestOf({ scans: [scan] })));
    expect(await official.validate(text)).toBeNull();
    const versioned = JSON.parse(text).components.filter(({ type }: Component) => type !== 'container');
    const field = length > 1024 ? undefined : version;
    expect(versioned.map((component: Component & { version?: string }) => [component.type, component.version])).toEqual([
      ['operating-system', field],
      ['library', field],
    ]);
    for (const component of versioned) expect(property(component, 'supercargo:version')).toEqual(field === undefined ? [version] : []);
  });

  it('claims no more than it knows', () => {
    const aggregates: Record<string, string[]> = {};
    for (const { aggregate, dependencies } of document.compositions)
      for (const ref of dependencies) aggregates[ref.slice(0, 9)] = [...(aggregates[ref.slice(0, 9)] ?? []), aggregate];
    expect(aggregates).toEqual({
      fleet: ['complete'],
      container: ['incomplete', 'incomplete', 'incomplete', 'incomplete'],
      'system:0:': ['complete'],
      'system:un': ['incomplete'],
    });
    const failed = { kind: 'docker', name: 'x', version: null, containers: 0, error: 'It is gone.' } as const;
    const partial = JSON.parse(print({ ...fleet, sources: [failed] }));
    expect(partial.compositions[0]).toEqual({ aggregate: 'incomplete', dependencies: ['fleet'] });
    expect(partial.metadata.properties.at(-1)).toEqual({ name: 'supercargo:source-error', value: 'It is gone.' });
  });

  it('holds of a part what is in it, and says which part it is', async () => {
    const text = textOf(
      cyclonedx.format({ ...fleet, containers: fleet.containers.filter(({ team }) => team.name === 'shamu') }, 'team shamu'),
    );
    expect(await official.validate(text)).toBeNull();
    const part = JSON.parse(text);
    expect(part.components.map(({ name }: Component) => name)).toEqual(['name-a', 'debian', 'bash', 'zlib']);
    expect(part.metadata.properties[0]).toEqual({ name: 'supercargo:asked-for', value: 'team shamu' });
    expect(part.compositions[0]).toEqual({ aggregate: 'incomplete', dependencies: ['fleet'] });
    expect(part.serialNumber).not.toBe(document.serialNumber);
  });

  it('is the same each time, and another document for another time', () => {
    expect(print(fleet)).toBe(print(fleet));
    expect(JSON.parse(print({ ...fleet, generated: '2027-01-01T00:00:00Z' })).serialNumber).not.toBe(document.serialNumber);
  });
});
