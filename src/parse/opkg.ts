import type { PackageRecord } from '../model/package.ts';
import { lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { damagedStanza, isInstalled, type Stanza, stanzasOf } from './stanzas.ts';
import { decodeText } from './text.ts';

/** A router has some hundred packages, and no room for more. */
const maxDatabaseBytes = 16 * 1024 * 1024;

/** opkg of OpenWrt and embedded Linux systems: stanzas in dpkg's format. */
export const opkg: Parser = {
  type: 'opkg',
  locations: [{ path: '/var/lib/opkg/status' }, { path: '/usr/lib/opkg/status' }],
  takesFirst: false,
  maxBytes: maxDatabaseBytes,
  parse: parseOpkg,
};

const wantedFields = new Set(['package', 'status', 'version', 'architecture', 'source', 'license']);

function parseOpkg(files: readonly DatabaseFile[]): ParseResult {
  const results = files.map(parseStatus);
  return { packages: results.flatMap((result) => result.packages), diagnostics: results.flatMap((result) => result.diagnostics) };
}

function parseStatus(file: DatabaseFile): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/opkg-stanza');
  for (const stanza of stanzasOf(decodeText(readWhole(file)), wantedFields)) {
    if (stanza.damage !== null) {
      losses.add(file.path, damagedStanza(stanza));
      continue;
    }
    const isThere = isInstalled(stanza);
    if (isThere === false) continue;
    const record = recordOf(stanza);
    if (record === null) {
      losses.add(file.path, 'A stanza names no package.');
      continue;
    }
    if (isThere === null) {
      losses.warn(file.path, `The package ${record.name} has no Status, and so is not installed.`);
      continue;
    }
    if (record.version === null) losses.warn(file.path, `The package ${record.name} has no version.`);
    if (packages.length >= maxPackages) {
      losses.add(file.path, tooManyPackages);
      break;
    }
    packages.push(record);
  }
  return { packages, diagnostics: losses.diagnostics() };
}

function recordOf({ fields }: Stanza): PackageRecord | null {
  const name = fields.get('package');
  if (!name) return null;
  const source = fields.get('source');
  return {
    name,
    version: fields.get('version') || null,
    architecture: fields.get('architecture') || null,
    sourcePackage: source ? { name: source, version: null } : null,
    licenseDeclared: fields.get('license') || null,
  };
}
