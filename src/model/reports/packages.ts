import * as z from 'zod/mini';
import { PackageType, SourcePackage } from '../package.ts';
import { ownershipFields, reportFields } from './fields.ts';

const packageFields = {
  package: z.string().check(z.describe('Name of the package.')),
  version: z.nullable(z.string()).check(z.describe('Version, verbatim, or null where the database has none.')),
  type: PackageType,
};

const chosen = z.optional(z.array(z.string()));

/** Present only if --columns asks for them. */
const chosenFields = {
  sourcePackages: z.optional(z.array(SourcePackage)).check(z.describe('With --columns source-package: what it was built from.')),
  architectures: chosen.check(z.describe('With --columns architecture.')),
  purls: chosen.check(z.describe('With --columns purl: package URLs, one for each architecture and distribution.')),
  images: chosen.check(z.describe('With --columns images: references of the images of containers that have it.')),
  namespaces: chosen.check(z.describe('With --columns namespaces: where containers have it.')),
  clusters: chosen.check(z.describe('With --columns clusters: names of the clusters where containers have it.')),
  systems: chosen.check(z.describe('With --columns os: operating systems of containers that have it, such as debian-12.')),
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
  ...chosenFields,
});
export type PackageRow = Readonly<z.infer<typeof PackageRow>>;

/** A row of the view packages --by team: one package, version, type and team. */
export const PackageTeamRow = z.object({
  ...packageFields,
  ...ownershipFields,
  containers: z.int().check(z.describe('Running containers of the team that have it.')),
});
export type PackageTeamRow = Readonly<z.infer<typeof PackageTeamRow>>;

export const PackagesReport = z.object({ ...reportFields('packages'), rows: z.array(PackageRow) });
export const PackagesByTeamReport = z.object({ ...reportFields('packages'), rows: z.array(PackageTeamRow) });
