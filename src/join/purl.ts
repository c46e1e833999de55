import { PackageURL } from 'packageurl-js';
import type { PackageRecord, PackageType } from '../model/package.ts';
import type { System } from '../model/system.ts';

/**
 * Package URL of an OS package: https://github.com/package-url/purl-spec. The distribution is the namespace and the qualifier
 * `distro`; without an os-release there is neither, although the specification demands a namespace: a name and a version are
 * better than nothing, and syft and Trivy write the same.
 */
export function purlOf(type: PackageType, record: PackageRecord, system: System | null): string | null {
  const distro = system?.id && (system.versionId ? `${system.id}-${system.versionId}` : system.id);
  // In a purl, the epoch of rpm is a qualifier, that of dpkg is part of the version.
  const [, epoch = null, version] = /^(?:(\d+):)?(.*)$/s.exec(type === 'rpm' ? (record.version ?? '') : '') ?? [];
  const qualifiers = { ...(record.architecture && { arch: record.architecture }), ...(distro && { distro }), ...(epoch && { epoch }) };
  // In a purl, slashes around a name are not part of it: a name of only slashes becomes empty.
  if (/^[\s/]*$/.test(record.name)) return null;
  const [namespace, name, written] = [vendorOf(type, system?.id ?? ''), record.name, version || record.version || ''].map(wellFormed);
  return purlText(new PackageURL(type, namespace, name ?? '', written, qualifiers, null));
}

/**
 * The namespace of rpm is the vendor, which is not always the ID of an os-release: Red Hat's advisories have `redhat`
 * (https://redhatproductsecurity.github.io/security-data-guidelines/purl/), SUSE's have `suse` for all its products, and the
 * specification's examples have `opensuse` for Tumbleweed.
 */
function vendorOf(type: PackageType, id: string): string {
  if (type !== 'rpm') return id;
  if (id === 'rhel') return 'redhat';
  if (suseProducts.test(id)) return 'suse';
  return id.startsWith('opensuse-') ? 'opensuse' : id;
}

/** SUSE Linux Enterprise (sles, sled, sles_sap, sle_hpc, sle-micro), SUSE Linux Micro and SUSE MicroOS. */
const suseProducts = /^(sle|sl-micro|suse-)/;

/** The specification wants plus signs encoded everywhere; packageurl-js leaves them in versions. */
export const purlText = (purl: PackageURL) => purl.toString().replaceAll('+', '%2B');

/** A lone surrogate has no percent-encoding: packageurl-js throws. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');
