import * as z from 'zod/mini';
import { ownershipFields, reportFields } from './fields.ts';

/** A row of the view teams: a team, the unowned containers, or those whose team is not known. */
export const TeamRow = z.object({
  ...ownershipFields,
  containers: z.int().check(z.describe('Running containers; with --package or --type those that have such a package.')),
  images: z.int().check(z.describe('Distinct images of these containers.')),
  packages: z
    .nullable(z.int())
    .check(
      z.describe(
        'Distinct packages in them, by name, version and type: the rows of the view packages. Null where none is known, and not all was read.',
      ),
    ),
  systems: z.array(z.string()).check(z.describe('Operating systems in them, such as debian-12.')),
  runningContainers: z.int().check(z.describe('All running containers of the team, with or without such a package.')),
  readContainers: z.int().check(z.describe('Of all these the ones that were read wholly, or have no package database.')),
});
export type TeamRow = Readonly<z.infer<typeof TeamRow>>;

export const TeamsReport = z.object({ ...reportFields('teams'), rows: z.array(TeamRow) });
