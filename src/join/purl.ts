import { PackageURL } from 'packageurl-js';
import type { PackageRecord, PackageType } from '../model/package.ts';
import type { System } from '../model/system.ts';

/**
 * Package URL of an OS package: https://github.com/package-url/purl-spec. The distribution is the namespace and the qualifier
 * `distro`; without an os-release there is neither.
 */
export function purlOf(type: PackageType, record: PackageRecord, system: System | null): string | null {
  const distro = system?.id && (system.versionId ? `${system.id}-${system.versionId}` : system.id);
  // In a purl the epoch of rpm is a qualifier, that of dpkg a part of the version.
  const [, epoch = null, version] = /^(?:(\d+):)?(.*)$/s.exec(type === 'rpm' ? (record.version ?? '') : '') ?? [];
  const qualifiers = { ...(record.architecture && { arch: record.architecture }), ...(distro && { distro }), ...(epoch && { epoch }) };
  // Slashes around a name are no part of it in a purl: of a name of slashes alone nothing is left.
  if (/^[\s/]*$/.test(record.name)) return null;
  const [namespace, name, written] = [system?.id ?? '', record.name, version || record.version || ''].map(wellFormed);
  return purlText(new PackageURL(type, namespace, name ?? '', written, qualifiers, null));
}

/** The specification has a plus sign encoded everywhere; packageurl-js leaves it in versions. */
export const purlText = (purl: PackageURL) => purl.toString().replaceAll('+', '%2B');

/** A lone surrogate has no percent-encoding: packageurl-js throws. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');
