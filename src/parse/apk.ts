import type { PackageRecord } from '../model/package.ts';
import { lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { decodeText, linesOf, nul, ownText, splitUnended } from './text.ts';

/** The database lists every file of every package: a large Alpine desktop has some 20 MiB. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/**
 * apk of Alpine, Wolfi and Chainguard. The second location is for systems with merged /usr, where the first usually leads there:
 * apk 2 and 3 use the first (apk-tools, src/database.c, apk_db_layer_name).
 */
export const apk: Parser = {
  type: 'apk',
  locations: [{ path: '/lib/apk/db/installed' }, { path: '/usr/lib/apk/db/installed' }],
  takesFirst: true,
  maxBytes: maxDatabaseBytes,
  parse: parseApk,
};

interface Entry {
  readonly fields: ReadonlyMap<string, string>;
  /** Why the entry cannot be trusted; usually null. */
  readonly damage: string | null;
}

/** P name, V version, A architecture, o origin, L licence: https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2 */
const wantedFields = new Set(['P', 'V', 'A', 'o', 'L']);

function parseApk(files: readonly DatabaseFile[]): ParseResult {
  const results = files.map(parseEntries);
  return { packages: results.flatMap((result) => result.packages), diagnostics: results.flatMap((result) => result.diagnostics) };
}

function parseEntries(file: DatabaseFile): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/apk-entry');
  for (const entry of entriesOf(decodeText(readWhole(file)))) {
    if (entry.damage !== null) {
      losses.add(file.path, damagedEntry(entry));
      continue;
    }
    const record = recordOf(entry);
    if (record?.version === null) losses.warn(file.path, `The package ${record.name} has no version.`);
    if (packages.length >= maxPackages) {
      losses.add(file.path, tooManyPackages);
      break;
    }
    if (record) packages.push(record);
    else losses.add(file.path, 'An entry names no package.');
  }
  return { packages, diagnostics: losses.diagnostics() };
}

/** A file's checksum, the last line that apk writes for each: 20 or 32 bytes in base64, with a visible end. */
const wholeChecksum = /^Z:Q[12][A-Za-z0-9+/]+=$/;

/**
 * Entries of `letter:value` lines, each ended by an empty line. An entry without any wanted field is yielded too. An entry is damaged if it
 * has a NUL or a line that apk refuses. apk and apko end the last line as well: without its newline the file was cut off, unless the line
 * is complete all the same.
 */
function* entriesOf(text: string): Generator<Entry> {
  const hasNul = text.includes(nul);
  const [whole, rest] = splitUnended(text);
  let fields = new Map<string, string>();
  let damage: string | null = null;
  let isEmpty = true;
  for (const line of linesOf(whole)) {
    if (line === '') {
      if (!isEmpty) yield { fields, damage };
      fields = new Map();
      damage = null;
      isEmpty = true;
      continue;
    }
    isEmpty = false;
    const field = line[0] as string;
    if (hasNul && line.includes(nul)) damage ??= 'NULs stand in it, maybe in the place of others too';
    else if (line[1] !== ':') damage ??= 'a line of it is no field';
    else if (!wantedFields.has(field)) continue;
    else if (fields.has(field)) damage ??= `it has two values of the field ${field}`;
    else fields.set(field, ownText(line.slice(2).trim()));
  }
  if (rest !== '' && !wholeChecksum.test(rest)) yield { fields, damage: damage ?? 'the file is cut off within it' };
  else if (!isEmpty) yield { fields, damage };
}

function damagedEntry({ fields, damage }: Entry): string {
  const name = fields.get('P');
  return `${name ? `The entry of ${name}` : 'An entry'} is damaged, and left out: ${damage}.`;
}

function recordOf({ fields }: Entry): PackageRecord | null {
  const name = fields.get('P');
  const version = fields.get('V') || null;
  if (!name) return null;
  const origin = fields.get('o');
  return {
    name,
    version,
    architecture: fields.get('A') || null,
    sourcePackage: origin ? { name: origin, version: null } : null,
    licenseDeclared: fields.get('L') || null,
  };
}
