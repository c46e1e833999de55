import fc from 'fast-check';
import { expect, test } from 'vitest';
import { purlOf } from '../../src/join/purl.ts';
import type { PackageType } from '../../src/model/package.ts';
import type { System } from '../../src/model/system.ts';

const debian = { id: 'debian', idLike: [], versionId: '12', name: null };
const record = (name: string, version: string, architecture: string | null = 'amd64') => ({
  ...{ name, version, architecture },
  ...{ sourcePackage: null, licenseDeclared: null },
});

test.each([
  ['deb', record('bash', '5.2.15-2+b7'), debian, 'pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12'],
  ['deb', record('libstdc++6', '12.2.0-14'), debian, 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12'],
  [
    'deb',
    record('bash', '1:5.2'),
    { id: 'debian', idLike: [], versionId: null, name: null },
    'pkg:deb/debian/bash@1:5.2?arch=amd64&distro=debian',
  ],
  ['deb', record('bash', '5.2'), null, 'pkg:deb/bash@5.2?arch=amd64'],
  [
    'apk',
    record('musl', '1.2-r0', null),
    { id: 'alpine', idLike: [], versionId: '3.20.3', name: null },
    'pkg:apk/alpine/musl@1.2-r0?distro=alpine-3.20.3',
  ],
  [
    'rpm',
    record('bind-libs', '32:9.8.2-0.68'),
    { id: 'centos', idLike: [], versionId: '6', name: null },
    'pkg:rpm/centos/bind-libs@9.8.2-0.68?arch=amd64&distro=centos-6&epoch=32',
  ],
  ...[
    ['rhel', '9.4', 'redhat'],
    ['opensuse-leap', '15.6', 'opensuse'],
    ['opensuse-tumbleweed', '20261101', 'opensuse'],
    ['sles', '15.6', 'suse'],
    ['sle_hpc', '15.5', 'suse'],
    ['sl-micro', '6.0', 'suse'],
    ['slackware', '15.0', 'slackware'],
  ].map(
    ([id, versionId, vendor]) =>
      [
        'rpm',
        record('bash', '5.1-2', 'x86_64'),
        { id, idLike: [], versionId, name: null },
        `pkg:rpm/${vendor}/bash@5.1-2?arch=x86_64&distro=${id}-${versionId}`,
      ] as const,
  ),
  // Only where the packages are those of the vendor.
  ['deb', record('bash', '5.2'), { id: 'rhel', idLike: [], versionId: '9', name: null }, 'pkg:deb/rhel/bash@5.2?arch=amd64&distro=rhel-9'],
] as const)('%s %o on %o is %s', (type, packageRecord, system, purl) => {
  expect(purlOf(type, packageRecord, system as System | null)).toBe(purl);
});

test('no name and no version make it throw', () => {
  const text = fc.string({ minLength: 1, unit: 'binary' });
  fc.assert(
    fc.property(
      fc.constantFrom<PackageType>('deb', 'apk', 'rpm'),
      text,
      text,
      fc.option(text),
      text,
      (type, name, version, architecture, id) => {
        const purl = purlOf(type, record(name, version, architecture), { id, idLike: [], versionId: null, name: null });
        expect(purl ?? 'pkg:deb/').toMatch(/^pkg:(deb|apk|rpm)\/[^+ ]*$/);
      },
    ),
    { numRuns: 5000 },
  );
});

test.each(['\ud800', 'a\udfffb', ' ', '\u00a0', '\ufeff', '/', '%', '..', '\0'])(
  'the name, version and system %j do not make it throw',
  (text) => {
    expect(() => purlOf('deb', record(text, text, text), { id: text, idLike: [], versionId: text, name: null })).not.toThrow();
  },
);

test('a package without a version has none in its purl', () => {
  expect(purlOf('deb', { ...record('bash', ''), version: null }, null)).toBe('pkg:deb/bash?arch=amd64');
});
