import type { PackageType } from '../model/package.ts';
import { apk } from './apk.ts';
import { dpkg } from './dpkg.ts';
import { opkg } from './opkg.ts';
import { pacman } from './pacman.ts';
import type { Parser } from './parser.ts';
import { rpm } from './rpm/rpm.ts';

/** Every kind of package database that is looked for, in this order. */
export const parsers = { deb: dpkg, apk, rpm, opkg, alpm: pacman } satisfies Record<PackageType, Parser>;

/**
 * Readers of package lists that replace a database: these are looked for only in a container without one. Few runs need that, and zlib,
 * which one of them uses, takes Node some milliseconds to load.
 */
export async function loadInsteadOfDatabases(): Promise<readonly Parser[]> {
  const [{ rpmManifest }, { chisel }] = await Promise.all([import('./rpm/manifest.ts'), import('./chisel.ts')]);
  return [rpmManifest, chisel];
}
