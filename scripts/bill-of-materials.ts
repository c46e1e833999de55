import { PackageURL } from 'packageurl-js';
import { billText, type Dependency } from '../src/format/cyclonedx/document.ts';
import { uuidOf } from '../src/format/uuid.ts';
import { purlText } from '../src/join/purl.ts';

/** A package of npm, as far as something of it is in the program; or the program itself. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An identifier of SPDX. */
  readonly license: string;
  /** SHA-512 of what npm has of it, in hexadecimal; null for the program. */
  readonly sha512: string | null;
  /** Positions of the packages of which it takes something. */
  readonly imports: readonly number[];
}

/**
 * The bill of materials of the program itself, as CycloneDX 1.6: what is in the bundle, and no more. The first package is the
 * program. No time stands in it: what is built twice of the same sources is the same.
 */
export function ownBill(packages: readonly BundledPackage[]): string {
  const [program, ...others] = packages.map(componentOf);
  const dependencies = packages.map(({ imports }, position): Dependency => {
    const dependsOn = imports.map((imported) => refOf(packages[imported] as BundledPackage)).sort();
    return { ref: refOf(packages[position] as BundledPackage), dependsOn };
  });
  const bill = {
    serialNumber: uuidOf('supercargo', JSON.stringify(packages)),
    metadata: { component: { ...program, type: 'application' } },
    components: others,
    dependencies,
    // All that is bundled is here, and what of it takes what.
    compositions: [{ aggregate: 'complete', dependencies: dependencies.map(({ ref }) => ref) }],
  };
  return [...billText(bill)].join('');
}

const refOf = ({ name, version }: BundledPackage) => `${name}@${version}`;

function componentOf(bundled: BundledPackage) {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(bundled.name) as unknown as [string, string | undefined, string];
  return {
    ...{ type: 'library', 'bom-ref': refOf(bundled), ...(group && { group }), name, version: bundled.version },
    ...(bundled.sha512 && { hashes: [{ alg: 'SHA-512', content: bundled.sha512 }] }),
    licenses: [{ license: { id: bundled.license, acknowledgement: 'declared' } }],
    purl: purlText(new PackageURL('npm', group ?? null, name, bundled.version, null, null)),
  };
}
