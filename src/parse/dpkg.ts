import type { PackageRecord, SourcePackage } from '../model/package.ts';
import { type Losses, lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { isInstalled, type Stanza, stanzasOf } from './stanzas.ts';
import { decodeText } from './text.ts';

/** A full TeX Live desktop has a status file of some 10 MiB. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/** Files that dpkg-deb leaves beside the stanzas of distroless images; none of them is a stanza. */
const sideFile = /\.(md5sums|preinst|postinst|prerm|postrm|conffiles|list|shlibs|symbols|triggers|templates|config)$/;

/** dpkg of Debian and its family; distroless images have one file a package in status.d. */
export const dpkg: Parser = {
  type: 'deb',
  summary: 'dpkg',
  locations: [
    { path: '/var/lib/dpkg/status' },
    { directory: '/var/lib/dpkg/status.d', accepts: (name) => !name.includes('/') && !sideFile.test(name) },
  ],
  takesFirst: false,
  maxBytes: maxDatabaseBytes,
  parse: parseDpkg,
};

function parseDpkg(files: readonly DatabaseFile[]): ParseResult {
  const packages = new Map<string, PackageRecord>();
  const losses = lossesOf('parse/dpkg-stanza');
  for (const file of files) parseStanzas(file, packages, losses);
  return { packages: [...packages.values()], diagnostics: losses.diagnostics() };
}

function parseStanzas(file: DatabaseFile, packages: Map<string, PackageRecord>, losses: Losses): void {
  for (const stanza of stanzasOf(decodeText(readWhole(file)), wantedFields)) {
    // The last of several stanzas for one package and architecture counts, as for dpkg: also where it says that the package is gone.
    const key = `${stanza.get('package')}\0${stanza.get('architecture') || null}`;
    if (!isInstalled(stanza)) {
      packages.delete(key);
      continue;
    }
    const record = recordOf(stanza);
    if (record?.version === null) losses.warn(file.path, `The package ${record.name} has no version.`);
    if (packages.size >= maxPackages && !packages.has(key)) {
      losses.add(file.path, tooManyPackages);
      break;
    }
    if (record) packages.set(key, record);
    else losses.add(file.path, 'A stanza names no package.');
  }
}

const wantedFields = new Set(['package', 'status', 'version', 'architecture', 'source']);

function recordOf(stanza: Stanza): PackageRecord | null {
  const name = stanza.get('package');
  const version = stanza.get('version') || null;
  if (!name) return null;
  return {
    name,
    version,
    architecture: stanza.get('architecture') || null,
    sourcePackage: sourceOf(stanza.get('source') ?? '', name, version),
    licenseDeclared: null,
  };
}

/** `Source: name (version)`; either part is left out where it equals the package's own. */
function sourceOf(field: string, name: string, version: string | null): SourcePackage {
  const [source = '', sourceVersion = ''] = field.split(/[\s(]+/, 2);
  return { name: source || name, version: sourceVersion.replace(/\).*$/, '') || version };
}
