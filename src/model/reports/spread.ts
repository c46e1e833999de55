import * as z from 'zod/mini';
import { PackageType } from '../package.ts';
import { reportFields } from './fields.ts';

/** A row of the view spread: one package and type, and how far apart its versions are. */
export const SpreadRow = z.object({
  package: z.string().check(z.describe('Name of the package.')),
  type: PackageType,
  versions: z
    .array(z.object({ version: z.string(), containers: z.int() }))
    .check(z.describe('Versions in use, from the oldest in the order of the ecosystem, with the containers that have each.')),
  oldest: z.nullable(z.string()).check(z.describe('The oldest version in use, or null where no database has one.')),
  newest: z.nullable(z.string()).check(z.describe('The newest version in use, or null where no database has one.')),
  containersBehind: z.int().check(z.describe('Containers that have an older version than the newest; some may have the newest as well.')),
  teamsBehind: z
    .array(z.object({ name: z.string(), containers: z.int() }))
    .check(z.describe('Teams with an older version than the newest, by name, and how many containers have one.')),
  unownedBehind: z.int().check(z.describe('Containers without a team that have an older version.')),
  unknownBehind: z.int().check(z.describe('Containers that have an older version and about whose team nobody could be asked.')),
});
export type SpreadRow = Readonly<z.infer<typeof SpreadRow>>;

export const SpreadReport = z.object({ ...reportFields('spread'), rows: z.array(SpreadRow) });
