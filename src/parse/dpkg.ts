import type { PackageRecord, SourcePackage } from '../model/package.ts';
import { type Losses, lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { damagedStanza, isInstalled, type Stanza, stanzasOf } from './stanzas.ts';
import { decodeText } from './text.ts';

/** A full TeX Live desktop has a status file of some 10 MiB. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/** Files that dpkg-deb leaves beside the stanzas of distroless images; none of them is a stanza. */
const sideFile = /\.(md5sums|preinst|postinst|prerm|postrm|conffiles|list|shlibs|symbols|triggers|templates|config)$/;

const folder = { directory: '/var/lib/dpkg/status.d', accepts: (name: string) => !/^\.|\//.test(name) && !sideFile.test(name) };

/**
 * dpkg records what it does in files of one stanza each, and rewrites status when it is done or has recorded 250: what is there while it
 * runs, or after it was killed, is newer than status. It begins with 0000, and removes that first once status has everything: without it
 * the others say nothing new. dpkg's lib/dpkg/dbmodify.c, cleanupdates.
 */
const journal = { directory: '/var/lib/dpkg/updates', first: '0000', accepts: (name: string) => /^\d+$/.test(name) };

/** dpkg of Debian and its family; distroless images have one file per package in status.d. */
export const dpkg: Parser = {
  type: 'deb',
  locations: [{ path: '/var/lib/dpkg/status', journal }, folder],
  takesFirst: false,
  maxBytes: maxDatabaseBytes,
  parse: parseDpkg,
};

function parseDpkg(files: readonly DatabaseFile[]): ParseResult {
  const installed = createInstalled();
  const losses = lossesOf('parse/dpkg-stanza');
  for (const file of files) parseStanzas(file, installed, losses);
  return { packages: installed.packages(), diagnostics: losses.diagnostics() };
}

function parseStanzas(file: DatabaseFile, installed: Installed, losses: Losses): void {
  const isJournal = file.path.startsWith(`${journal.directory}/`);
  const isInFolder = file.path.startsWith(`${folder.directory}/`);
  // Stanzas of distroless images have no Status: what is there is installed.
  const unlessSaid = isInFolder || null;
  if (isInFolder && file.size === 0) losses.add(file.path, 'It holds no stanza: it is empty, or a link, which is not followed.');
  // dpkg refuses a status file or a journal without a final newline. Files that it never reads are written by others, each in its own way.
  for (const stanza of stanzasOf(decodeText(readWhole(file)), wantedFields, isInFolder)) {
    if (stanza.damage !== null) {
      losses.add(file.path, damagedStanza(stanza));
      // What status says about the package no longer counts, and what does count is unknown.
      if (isJournal) installed.remove(stanza.fields.get('package') ?? '');
      continue;
    }
    const isThere = isInstalled(stanza) ?? unlessSaid;
    const record = recordOf(stanza);
    if (record === null) {
      if (isThere !== false) losses.add(file.path, 'A stanza names no package.');
      continue;
    }
    // A package that cannot be installed for several architectures has changed its own.
    if (isJournal && stanza.fields.get('multi-arch')?.toLowerCase() !== 'same') installed.remove(record.name);
    if (isThere === null) losses.warn(file.path, `The package ${record.name} has no Status, and so is not installed.`);
    // As in dpkg, the last of several stanzas for one package and architecture counts, even if it says that the package is gone.
    if (!isThere) {
      installed.remove(record.name, record.architecture);
      continue;
    }
    if (record.version === null) losses.warn(file.path, `The package ${record.name} has no version.`);
    if (installed.put(record)) continue;
    losses.add(file.path, tooManyPackages);
    break;
  }
}

/** Packages by name and architecture, in the order in which their names came. */
interface Installed {
  /** False if there are too many already. */
  readonly put: (record: PackageRecord) => boolean;
  /** For one architecture, or for all. */
  readonly remove: (name: string, architecture?: string | null) => void;
  readonly packages: () => PackageRecord[];
}

function createInstalled(): Installed {
  const byName = new Map<string, Map<string | null, PackageRecord>>();
  let count = 0;

  function remove(name: string, architecture?: string | null): void {
    const instances = byName.get(name);
    if (instances === undefined) return;
    const before = instances.size;
    if (architecture === undefined) instances.clear();
    else instances.delete(architecture);
    count -= before - instances.size;
    if (instances.size === 0) byName.delete(name);
  }

  return {
    put: (record) => {
      const instances = byName.get(record.name) ?? new Map<string | null, PackageRecord>();
      const before = instances.size;
      if (count >= maxPackages && !instances.has(record.architecture)) return false;
      byName.set(record.name, instances.set(record.architecture, record));
      count += instances.size - before;
      return true;
    },
    remove,
    packages: () => [...byName.values()].flatMap((instances) => [...instances.values()]),
  };
}

const wantedFields = new Set(['package', 'status', 'version', 'architecture', 'multi-arch', 'source']);

function recordOf({ fields }: Stanza): PackageRecord | null {
  const name = fields.get('package');
  const version = fields.get('version') || null;
  if (!name) return null;
  return {
    name,
    version,
    architecture: fields.get('architecture') || null,
    sourcePackage: sourceOf(fields.get('source') ?? '', name, version),
    licenseDeclared: null,
  };
}

/** `Source: name (version)`; either part is left out if it equals the package's own. */
function sourceOf(field: string, name: string, version: string | null): SourcePackage {
  const [source = '', sourceVersion = ''] = field.split(/[\s(]+/, 2);
  return { name: source || name, version: sourceVersion.replace(/\).*$/, '') || version };
}
