import { describe, expect, it } from 'vitest';
import { parsePackagePattern } from '../../../src/cli/flags/package-flag.ts';
import { joinInventory } from '../../../src/join/inventory.ts';
import { narrow } from '../../../src/report/question/narrow.ts';
import { everything, type Question } from '../../../src/report/question/question.ts';
import { harvestOf, packageRecord, teamScan, unreadScan } from '../../fleet.ts';

const [bash, zlib] = [packageRecord('bash'), packageRecord('zlib')];
const scans = [teamScan('a', 'shamu', [bash, zlib]), teamScan('b', 'keiko', [zlib]), unreadScan('c', 'forbidden')];
const inventory = joinInventory(harvestOf({ scans }));

function narrowed(question: Partial<Question>) {
  const result = narrow(inventory, { ...everything, ...question });
  return { ...result, ids: result.inventory.containers.map(({ id }) => id.slice(0, 1)) };
}

describe('an inventory is narrowed', () => {
  it('to the containers of a team', () => {
    expect(narrowed({ teams: ['shamu'] })).toMatchObject({ ids: ['a'], asked: 'team shamu' });
  });

  it('to those with a package, which keep all others, and to those that may have it', () => {
    const { ids, asked, inventory: part } = narrowed({ packages: [parsePackagePattern('bash')] });
    expect({ ids, asked }).toEqual({ ids: ['a', 'c'], asked: 'package bash' });
    expect(part.packageSets).toBe(inventory.packageSets);
  });

  it('not at all where all is asked for', () => {
    expect(narrowed({})).toMatchObject({ ids: ['a', 'b', 'c'], asked: null });
  });

  it('by what it was collected of', () => {
    const ofShop = { namespaces: ['shop'], excludedNamespaces: [], selector: null };
    expect(narrow({ ...inventory, selections: [ofShop] }, everything).asked).toBe('namespace shop');
    const apart = [ofShop, { ...ofShop, namespaces: [] }];
    expect(narrow({ ...inventory, selections: apart }, everything).asked).toBe('Collected separately: namespace shop | all');
  });
});
