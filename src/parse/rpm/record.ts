import type { PackageRecord } from '../../model/package.ts';
import type { Header } from './header.ts';

/** Imported keys are listed among the packages, under this name. */
const KEY_NAME = 'gpg-pubkey';

export function isKey(header: Header): boolean {
  return header.name === KEY_NAME;
}

export function toRecord(header: Header): PackageRecord {
  // rpm itself writes `(none)` into the packages that it makes from keys.
  const sourceRpm = header.sourceRpm === '(none)' ? null : header.sourceRpm;
  return {
    name: header.name,
    version: fullVersion(header),
    architecture: header.architecture,
    sourcePackage: sourceRpm === null ? null : parseSourceRpm(sourceRpm),
    licenseDeclared: header.license,
  };
}

// An explicit epoch of 0 is kept: rpm distinguishes it from none when asked for %{EPOCH}.
function fullVersion({ epoch, version, release }: Header): string {
  const withoutEpoch = release === null ? version : `${version}-${release}`;
  return epoch === null ? withoutEpoch : `${epoch}:${withoutEpoch}`;
}

const sourceSuffixes = ['.nosrc.rpm', '.src.rpm'] as const;

/** `name-version-release.src.rpm`, or `.nosrc.rpm`. The name may have hyphens, version and release have none. */
function parseSourceRpm(fileName: string): { readonly name: string; readonly version: string | null } {
  const suffix = sourceSuffixes.find((ending) => fileName.endsWith(ending)) ?? '';
  const stem = fileName.slice(0, fileName.length - suffix.length);
  const version = stem.lastIndexOf('-', stem.lastIndexOf('-') - 1);
  return version > 0 ? { name: stem.slice(0, version), version: stem.slice(version + 1) } : { name: stem, version: null };
}
