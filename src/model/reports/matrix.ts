import * as z from 'zod/mini';
import { PackageType } from '../package.ts';
import { ownershipFields, reportFields } from './fields.ts';

const versions = z.array(z.nullable(z.string()));

/** A row of the view matrix: one package and type, and the versions of it that each team uses. */
export const MatrixRow = z.object({
  package: z.string().check(z.describe('Name of the package.')),
  type: PackageType,
  teams: z
    .array(z.object({ name: z.string(), versions }))
    .check(
      z.describe(
        'The teams that have it, by name; versions from the oldest, in the order of the ecosystem, null where a database has none.',
      ),
    ),
  unownedVersions: versions.check(z.describe('Versions in containers without a team.')),
  unknownVersions: versions.check(z.describe('Versions in containers about whose team nobody could be asked.')),
});
export type MatrixRow = Readonly<z.infer<typeof MatrixRow>>;

export const MatrixReport = z.object({
  ...reportFields('matrix'),
  unreadTeams: z
    .array(z.object(ownershipFields))
    .check(z.describe('Teams of which no package is known, for not all was read: no row names them, and they may have any.')),
  partlyReadTeams: z
    .array(z.object(ownershipFields))
    .check(z.describe('Teams of which some containers were not read, or not wholly: they may have more than the rows say.')),
  rows: z.array(MatrixRow),
});
export type MatrixReport = Readonly<z.infer<typeof MatrixReport>>;
