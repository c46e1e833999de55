import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Container } from '../../src/model/container.ts';
import type { Package } from '../../src/model/package.ts';
import { everything, type Question } from '../../src/report/question/question.ts';
import { reportOn } from '../../src/report/report.ts';
import { type ViewId, views } from '../../src/report/views.ts';
import { compareVersions } from '../../src/version/version-order.ts';
import { harvestOf, packageRecord, strangersScan, teamScan } from '../fleet.ts';

// The views count package sets; here every package of every container is looked at, one by one.

const anyPackage = fc.record({
  name: fc.constantFrom('bash', 'zlib'),
  version: fc.constantFrom('1.2', '1.10', '2'),
  architecture: fc.constantFrom('amd64', 'i386'),
});
const anyContainer = fc.record({
  team: fc.constantFrom('a', 'b', null, undefined),
  packages: fc.uniqueArray(anyPackage, { selector: (entry) => JSON.stringify(entry), maxLength: 4 }),
});
const anyInventory = fc.array(anyContainer, { maxLength: 8 }).map((containers) =>
  joinInventory(
    harvestOf({
      scans: containers.map(({ team, packages }, place) => {
        const records = packages.map(({ name, version, architecture }) => packageRecord(name, version, { architecture }));
        return team === undefined ? strangersScan(String(place), records) : teamScan(String(place), team, records);
      }),
    }),
  ),
);
const anyQuestion: fc.Arbitrary<Partial<Question>> = fc.constantFrom<Partial<Question>>(
  {},
  { teams: ['a'] },
  { unowned: true },
  { packages: [{ text: '', name: 'b*', conditions: [{ operator: '<', version: '2' }] }] },
);

interface Held {
  readonly container: Container;
  readonly entry: Package & { readonly version: string };
}

test('the views say what looking at each package of each container says', () => {
  fc.assert(
    fc.property(anyInventory, anyQuestion, (inventory, question) => {
      const held = heldIn(inventory, question);
      const rowsOf = (view: ViewId) =>
        Array.from(reportOn(inventory, views[view], { ...everything, ...question }).rows, ({ record }) => record);
      const count = (isMeant: (one: Held) => boolean) => new Set(held.filter(isMeant).map(({ container }) => container.id)).size;
      for (const { package: name, version, occurrences } of rowsOf('packages'))
        expect(occurrences).toBe(count(({ entry }) => entry.name === name && entry.version === version));
      for (const { package: name, teams } of rowsOf('matrix') as { package: string; teams: { name: string; versions: string[] }[] }[])
        for (const { name: team, versions } of teams)
          expect(versions).toEqual(versionsIn(held, (one) => one.entry.name === name && one.container.team.name === team));
      for (const { package: name, newest, versions, containersBehind } of rowsOf('spread')) {
        const all = versionsIn(held, ({ entry }) => entry.name === name);
        expect([versions, newest]).toMatchObject([all.map((version) => ({ version })), all.at(-1)]);
        expect(containersBehind).toBe(
          count(({ entry }) => entry.name === name && compareVersions('deb', entry.version, newest as string) < 0),
        );
      }
      const names = new Set(held.map(({ entry }) => `${entry.name} ${entry.version}`));
      expect(rowsOf('packages')).toHaveLength(names.size);
    }),
  );
});

function heldIn(
  { containers, packages, packageSets }: ReturnType<typeof joinInventory>,
  { teams, unowned, packages: asked }: Partial<Question>,
): Held[] {
  return containers.flatMap((container) => {
    const { name, status } = container.team;
    const isAsked =
      (!teams && !unowned) ||
      status === 'unknown' ||
      (teams?.includes(name as string) ?? false) ||
      (unowned === true && status === 'unowned');
    if (!isAsked) return [];
    const entries = (packageSets[container.scan.packageSet ?? ''] ?? []).map((position) => packages[position] as Held['entry']);
    return entries.filter((entry) => !asked || (entry.name === 'bash' && entry.version !== '2')).map((entry) => ({ container, entry }));
  });
}

function versionsIn(held: readonly Held[], isMeant: (one: Held) => boolean): string[] {
  return [...new Set(held.filter(isMeant).map(({ entry }) => entry.version))].sort((a, b) => compareVersions('deb', a, b));
}
