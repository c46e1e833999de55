import * as z from 'zod/mini';
import { Coverage } from './coverage.ts';
import { PackageType } from './package.ts';

const packageFields = {
  package: z.string().check(z.describe('Name of the package.')),
  version: z.nullable(z.string()).check(z.describe('Version, verbatim, or null where the database has none.')),
  type: PackageType,
};

/** A row of the view packages: one package, version and type. */
export const PackageRow = z.object({
  ...packageFields,
  occurrences: z.int().check(z.describe('Running containers that have it.')),
  teams: z
    .array(z.object({ name: z.string(), containers: z.int() }))
    .check(z.describe('By name, with the containers of each that have it.')),
  unownedContainers: z.int().check(z.describe('Containers without a team that have it.')),
  unknownContainers: z.int().check(z.describe('Containers that have it and about whose team nobody could be asked.')),
});
export type PackageRow = Readonly<z.infer<typeof PackageRow>>;

/** A row of the view packages --by team: one package, version, type and team. */
export const PackageTeamRow = z.object({
  ...packageFields,
  team: z.nullable(z.string()).check(z.describe('The team, or null.')),
  ownership: z.enum(['owned', 'unowned', 'unknown']).check(z.describe('Why team is null: nobody owns them, or nobody could be asked.')),
  containers: z.int().check(z.describe('Running containers of the team that have it.')),
});
export type PackageTeamRow = Readonly<z.infer<typeof PackageTeamRow>>;

const reportFields = {
  schemaVersion: z.string().check(z.describe('Version of this schema.')),
  generated: z.string().check(z.describe('When it was collected (RFC 3339).')),
  coverage: Coverage,
};

export const PackagesReport = z.object({ ...reportFields, rows: z.array(PackageRow) });
export const PackagesByTeamReport = z.object({ ...reportFields, rows: z.array(PackageTeamRow) });
