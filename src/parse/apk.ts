import type { PackageRecord } from '../model/package.ts';
import { lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { decodeText, linesOf, ownText } from './text.ts';

/** The database lists every file of every package: a large Alpine desktop has some 20 MiB. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/**
 * apk of Alpine, Wolfi and Chainguard. The second place is that of systems with merged /usr, where the first leads there, as a rule:
 * apk 2 and 3 go by the first (apk-tools, src/database.c, apk_db_layer_name).
 */
export const apk: Parser = {
  type: 'apk',
  locations: [{ path: '/lib/apk/db/installed' }, { path: '/usr/lib/apk/db/installed' }],
  takesFirst: true,
  maxBytes: maxDatabaseBytes,
  parse: parseApk,
};

type Entry = Map<string, string>;

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

/** Entries of `letter:value` lines, ended by an empty line. An entry without any wanted field is given too. */
function* entriesOf(text: string): Generator<Entry> {
  let entry: Entry = new Map();
  let isEmpty = true;
  for (const line of linesOf(text)) {
    if (line === '') {
      if (!isEmpty) yield entry;
      entry = new Map();
      isEmpty = true;
      continue;
    }
    isEmpty = false;
    const field = line[0] as string;
    if (line[1] === ':' && wantedFields.has(field) && !entry.has(field)) entry.set(field, ownText(line.slice(2).trim()));
  }
  if (!isEmpty) yield entry;
}

function recordOf(entry: Entry): PackageRecord | null {
  const name = entry.get('P');
  const version = entry.get('V') || null;
  if (!name) return null;
  const origin = entry.get('o');
  return {
    name,
    version,
    architecture: entry.get('A') || null,
    sourcePackage: origin ? { name: origin, version: null } : null,
    licenseDeclared: entry.get('L') || null,
  };
}
