import type { PackageType } from '../model/package.ts';
import { compareApkVersions } from './apk.ts';
import { compareDpkgVersions } from './dpkg.ts';
import { compareRpmVersions } from './rpm.ts';

/**
 * Orders two versions: -1, 0 or 1. Any strings will do, valid versions or not, and together they are a total preorder, fit for
 * sorting. Zero means that neither is newer, not that they are spelt alike: 1.0 and 1.00 are equal to dpkg and rpm.
 */
export type VersionOrder = (a: string, b: string) => number;

export const versionOrders = {
  // pacman's vercmp and opkg's own are made after those of rpm and dpkg.
  alpm: compareRpmVersions,
  opkg: compareDpkgVersions,
  apk: compareApkVersions,
  deb: compareDpkgVersions,
  rpm: compareRpmVersions,
} satisfies Record<PackageType, VersionOrder>;

/** Orders two versions as the tools of their ecosystem do. */
export function compareVersions(type: PackageType, a: string, b: string): number {
  return versionOrders[type](a, b);
}
