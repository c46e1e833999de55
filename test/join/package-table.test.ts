import { describe, expect, it } from 'vitest';
import { createPackageTable } from '../../src/join/package-table.ts';
import type { DatabaseContent } from '../../src/model/container-scan.ts';
import type { PackageRecord } from '../../src/model/package.ts';
import { packageRecord } from '../fleet.ts';

const debian = { id: 'debian', idLike: [], versionId: '12', name: null };
const bash = packageRecord('bash', '5.2');
const zlib = packageRecord('zlib', '1.3');

const deb = (...packages: PackageRecord[]): DatabaseContent => ({ type: 'deb', packages });

/** The names and versions of each set, after all were added. */
function setsOf(...containers: (readonly DatabaseContent[])[]) {
  const table = createPackageTable();
  const tickets = containers.map((contents) => table.add(contents, debian));
  const { packages, packageSets, setOf } = table.finish();
  const keys = tickets.map(setOf);
  const read = (key: string) => packageSets[key]?.map((position) => `${packages[position]?.name} ${packages[position]?.version}`);
  return { keys, sets: keys.map(read), count: Object.keys(packageSets).length, packages };
}

describe('the package table', () => {
  it('has each package once, and each set once, in whatever order its packages come', () => {
    const { sets, count, packages } = setsOf([deb(bash, zlib)], [deb(zlib, bash)], [deb(zlib)]);
    expect(sets).toEqual([['bash 5.2', 'zlib 1.3'], ['bash 5.2', 'zlib 1.3'], ['zlib 1.3']]);
    expect(count).toBe(2);
    expect(packages.length).toBe(2);
  });

  it('gives the same ticket for the same content, without looking at it again', () => {
    let looks = 0;
    const watched = new Proxy([bash], {
      get: (target, key) => {
        if (key === 'map') looks++;
        return Reflect.get(target, key);
      },
    });
    const table = createPackageTable();
    const content = { type: 'deb', packages: watched } as const;
    expect(table.add([{ ...content }], debian)).toBe(table.add([{ ...content }], { ...debian }));
    expect(looks).toBe(1);
    table.add([content], null);
    expect(looks).toBe(2);
  });

  it('holds the packages of another system apart: their package URLs differ', () => {
    const table = createPackageTable();
    const content = deb(bash);
    const tickets = [debian, { ...debian, versionId: '13' }, null].map((system) => table.add([content], system));
    const { packages, setOf } = table.finish();
    expect(packages.map(({ purl }) => purl).toSorted()).toEqual([
      'pkg:deb/bash@5.2?arch=amd64',
      'pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12',
      'pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-13',
    ]);
    expect(new Set(tickets.map(setOf)).size).toBe(3);
  });

  it('makes one set of several databases, and of a package that is in two of them one', () => {
    const { sets } = setsOf([deb(zlib), deb(bash, zlib), { type: 'apk', packages: [zlib] }]);
    expect(sets).toEqual([['bash 5.2', 'zlib 1.3', 'zlib 1.3']]);
  });

  it('has a set for a database that holds nothing', () => {
    expect(setsOf([deb()]).sets).toEqual([[]]);
  });

  it('orders by name, type, the order of the ecosystem, then spelling and architecture', () => {
    const versions = ['1.10', '1.9', '1.0', '1.00', '1.0~rc1'].map((version) => packageRecord('a', version));
    const { packages } = setsOf([
      deb(packageRecord('b'), packageRecord('A'), ...versions, packageRecord('a', '1.9', { architecture: 'i386' })),
      { type: 'apk', packages: [packageRecord('a', '2')] },
    ]);
    expect(packages.map(({ type, name, version, architecture }) => [type, name, version, architecture].join(' '))).toEqual([
      'deb A 1 amd64',
      'apk a 2 amd64',
      'deb a 1.0~rc1 amd64',
      'deb a 1.0 amd64',
      'deb a 1.00 amd64',
      'deb a 1.9 amd64',
      'deb a 1.9 i386',
      'deb a 1.10 amd64',
      'deb b 1 amd64',
    ]);
  });

  it('names a set by its records alone: two runs over different fleets name it alike', () => {
    const [alone] = setsOf([deb(zlib)]).keys;
    const [, , amongOthers] = setsOf([deb(bash)], [deb(bash, zlib)], [deb(zlib)]).keys;
    expect(alone).toMatch(/^[0-9a-f]{64}$/);
    expect(amongOthers).toBe(alone);
  });
});
