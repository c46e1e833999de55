import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Inventory } from '../src/model/inventory.ts';
import { PackagesByTeamReport, PackagesReport } from '../src/model/packages-report.ts';

const schemas = {
  'inventory.schema.json': { title: 'Inventory: supercargo collect, and -o inventory', schema: Inventory },
  'packages.schema.json': { title: 'supercargo report packages -o json', schema: PackagesReport },
  'packages-by-team.schema.json': { title: 'supercargo report packages --by team -o json', schema: PackagesByTeamReport },
};

// `npm run schemas` writes them anew after a change of src/model.
test.each(Object.entries(schemas))('schemas/%s is what src/model says', async (file, { title, schema }) => {
  // What is read may have more keys than are known: that is the form of the input.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  await expect(`${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`).toMatchFileSnapshot(`../schemas/${file}`);
});

test('every schema in the folder is made from a model', () => {
  expect(readdirSync('schemas').sort()).toEqual(Object.keys(schemas).sort());
});
