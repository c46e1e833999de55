import type { Package } from '../../model/package.ts';
import { matchesGlob } from '../../text/glob.ts';
import { compareWithCondition } from '../../version/version-order.ts';

export interface VersionCondition {
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly version: string;
}

/** A package by the pattern of its name, and by versions: all conditions must be kept. */
export interface PackagePattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly name: string;
  readonly conditions: readonly VersionCondition[];
}

/** Versions are compared as the tools of the package's own ecosystem do. One that nobody knows may be any. */
export function fitsPackage({ name, conditions }: PackagePattern, { type, name: called, version }: Package): boolean {
  if (!matchesGlob(name, called)) return false;
  return version === null || conditions.every((condition) => keeps(condition, compareWithCondition(type, version, condition.version)));
}

/**
 * The same of the package that it was built from, as advisories name it: libssl3 is of openssl. Where the database tells no version of
 * it that of the package counts, and where it tells no source the package itself: it is called as its source is.
 */
export function fitsSource(pattern: PackagePattern, entry: Package): boolean {
  const { name, version } = entry.sourcePackage ?? entry;
  return fitsPackage(pattern, { ...entry, name, version: version ?? entry.version });
}

function keeps({ operator }: VersionCondition, order: number): boolean {
  if (order === 0) return operator.includes('=');
  return operator.startsWith(order < 0 ? '<' : '>');
}
