import type { Package } from '../../model/package.ts';
import { matchesGlob } from '../../text/glob.ts';
import { compareWithCondition } from '../../version/version-order.ts';

export interface VersionCondition {
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly version: string;
}

/** Packages by a name pattern and versions: all conditions must hold. */
export interface PackagePattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly name: string;
  readonly conditions: readonly VersionCondition[];
}

/** Versions are compared as the package's own tools compare them. An unknown version may be any. */
export function fitsPackage({ name, conditions }: PackagePattern, { type, name: called, version }: Package): boolean {
  if (!matchesGlob(name, called)) return false;
  return version === null || conditions.every((condition) => keeps(condition, compareWithCondition(type, version, condition.version)));
}

/**
 * The same for the package that it was built from, as advisories name it: libssl3 is built from openssl. If the database has no version for
 * the source, the package's version counts; if it has no source, the package itself: it has its source's name.
 */
export function fitsSource(pattern: PackagePattern, entry: Package): boolean {
  const { name, version } = entry.sourcePackage ?? entry;
  return fitsPackage(pattern, { ...entry, name, version: version ?? entry.version });
}

function keeps({ operator }: VersionCondition, order: number): boolean {
  if (order === 0) return operator.includes('=');
  return operator.startsWith(order < 0 ? '<' : '>');
}
