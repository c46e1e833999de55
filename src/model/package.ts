import * as z from 'zod/mini';
import { packageTypes } from './package-types.ts';

export const PackageType = z
  .enum(packageTypes)
  .check(
    z.describe('The package ecosystem, as the purl specification names it; opkg, which is not in its list of types, by its own name.'),
  );
export type PackageType = z.infer<typeof PackageType>;

/** The package that a binary package was built from. */
export const SourcePackage = z.object({
  name: z.string().check(z.describe('Name of the source package.')),
  version: z.nullable(z.string()).check(z.describe('Its version, or null where the database does not say.')),
});
export type SourcePackage = Readonly<z.infer<typeof SourcePackage>>;

/** One installed package, as its database describes it. */
export const Package = z.object({
  type: PackageType,
  name: z.string().check(z.describe('Name of the binary package.')),
  version: z
    .nullable(z.string())
    .check(z.describe('Version, verbatim: with epoch and release where the ecosystem has them. Null where the database has none.')),
  architecture: z.nullable(z.string()).check(z.describe('Architecture in the words of the database, or null.')),
  sourcePackage: z.nullable(SourcePackage).check(z.describe('The source package, or null where the database names none.')),
  licenseDeclared: z.nullable(z.string()).check(z.describe('Licence in the words of the database, or null.')),
  purl: z
    .nullable(z.string())
    .check(
      z.describe(
        'Package URL with the qualifiers arch and distro, or null for a name that none can hold. Without an os-release it lacks distro and the namespace, which the purl specification demands.',
      ),
    ),
});
export type Package = Readonly<z.infer<typeof Package>>;

/** What a parser says about a package: everything but the type, which the parser has, and the purl, which needs the system. */
export type PackageRecord = Omit<Package, 'type' | 'purl'>;
