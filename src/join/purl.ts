import { PackageURL } from 'packageurl-js';
import type { PackageRecord, PackageType } from '../model/package.ts';
import type { System } from '../model/system.ts';

/**
 * Package URL of an OS package: https://github.com/package-url/purl-spec. The distribution is the namespace and the qualifier
 * `distro`; without an os-release there is neither, though the specification demands a namespace: a name and a version are more than
 * nothing to who looks for them, and syft and Trivy write the same.
 */
export function purlOf(type: PackageType, record: PackageRecord, system: System | null): string | null {
  const distro = system?.id && (system.versionId ? `${system.id}-${system.versionId}` : system.id);
  // In a purl the epoch of rpm is a qualifier, that of dpkg a part of the version.
  const [, epoch = null, version] = /^(?:(\d+):)?(.*)$/s.exec(type === 'rpm' ? (record.version ?? '') : '') ?? [];
  const qualifiers = { ...(record.architecture && { arch: record.architecture }), ...(distro && { distro }), ...(epoch && { epoch }) };
  // Slashes around a name are no part of it in a purl: of a name of slashes alone nothing is left.
  if (/^[\s/]*$/.test(record.name)) return null;
  const [namespace, name, written] = [vendorOf(type, system?.id ?? ''), record.name, version || record.version || ''].map(wellFormed);
  return purlText(new PackageURL(type, namespace, name ?? '', written, qualifiers, null));
}

/**
 * The namespace of rpm is the vendor, which is not always the ID of an os-release: Red Hat's advisories have `redhat`
 * (https://redhatproductsecurity.github.io/security-data-guidelines/purl/), those of SUSE `suse` for all that it sells, and the examples
 * of the specification `opensuse` for Tumbleweed.
 */
function vendorOf(type: PackageType, id: string): string {
  if (type !== 'rpm') return id;
  if (id === 'rhel') return 'redhat';
  if (suseProducts.test(id)) return 'suse';
  return id.startsWith('opensuse-') ? 'opensuse' : id;
}

/** SUSE Linux Enterprise (sles, sled, sles_sap, sle_hpc, sle-micro), SUSE Linux Micro and SUSE MicroOS. */
const suseProducts = /^(sle|sl-micro|suse-)/;

/** The specification has a plus sign encoded everywhere; packageurl-js leaves it in versions. */
export const purlText = (purl: PackageURL) => purl.toString().replaceAll('+', '%2B');

/** A lone surrogate has no percent-encoding: packageurl-js throws. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');
