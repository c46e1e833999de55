import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ConfigFile } from '../src/model/config-file.ts';
import { Inventory } from '../src/model/inventory.ts';
import { OwnerWalk } from '../src/model/owner-walk.ts';
import { ContainersReport } from '../src/model/reports/containers.ts';
import { CoverageReport } from '../src/model/reports/coverage.ts';
import { DiffReport } from '../src/model/reports/diff.ts';
import { MatrixReport } from '../src/model/reports/matrix.ts';
import { PackagesByTeamReport, PackagesReport } from '../src/model/reports/packages.ts';
import { SpreadReport } from '../src/model/reports/spread.ts';
import { TeamsReport } from '../src/model/reports/teams.ts';

const schemas = {
  'config.schema.json': { title: 'supercargo.yaml', schema: ConfigFile },
  'containers.schema.json': { title: 'supercargo report containers -o json', schema: ContainersReport },
  'coverage.schema.json': { title: 'supercargo report coverage -o json', schema: CoverageReport },
  'matrix.schema.json': { title: 'supercargo report matrix -o json', schema: MatrixReport },
  'owner.schema.json': { title: 'supercargo owner -o json', schema: z.array(OwnerWalk) },
  'diff.schema.json': { title: 'supercargo diff -o json', schema: DiffReport },
  'inventory.schema.json': { title: 'Inventory: supercargo collect, and -o inventory', schema: Inventory },
  'packages.schema.json': { title: 'supercargo report packages -o json', schema: PackagesReport },
  'packages-by-team.schema.json': { title: 'supercargo report packages --by team -o json', schema: PackagesByTeamReport },
  'spread.schema.json': { title: 'supercargo report spread -o json', schema: SpreadReport },
  'teams.schema.json': { title: 'supercargo report teams -o json', schema: TeamsReport },
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
