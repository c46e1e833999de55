import type { PackageType } from '../model/package.ts';
import { compareAlpmVersions } from './alpm.ts';
import { compareApkVersions } from './apk.ts';
import { compareDpkgVersions } from './dpkg.ts';
import { hasRevision, withoutRevision } from './parts.ts';
import { compareRpmVersions } from './rpm.ts';

/**
 * Orders two versions: -1, 0 or 1. Any strings will do, valid versions or not; the order is a total preorder, fit for
 * sorting. Zero means that neither is newer, not that they are spelt alike: 1.0 and 1.00 are equal to dpkg and rpm.
 */
export type VersionOrder = (a: string, b: string) => number;

export const versionOrders = {
  alpm: compareAlpmVersions,
  // opkg's own is modelled on dpkg's.
  opkg: compareDpkgVersions,
  apk: compareApkVersions,
  deb: compareDpkgVersions,
  rpm: compareRpmVersions,
} satisfies Record<PackageType, VersionOrder>;

/** Orders two versions as the tools of their ecosystem do. */
export function compareVersions(type: PackageType, a: string, b: string): number {
  return versionOrders[type](a, b);
}

/** If a condition names no release, rpm and pacman ignore releases; dpkg and apk count a missing one as the lowest. */
const releaseIsOptional: ReadonlySet<PackageType> = new Set(['alpm', 'rpm']);

/** Compares the version of a package with the one in a condition, as the tools of its ecosystem do: rpm-dependencies(7). */
export function compareWithCondition(type: PackageType, version: string, named: string): number {
  const isWhole = !releaseIsOptional.has(type) || hasRevision(named);
  return compareVersions(type, isWhole ? version : withoutRevision(version), named);
}
