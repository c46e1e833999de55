import type { PackageRecord } from '../model/package.ts';
import { lossesOf } from './losses.ts';
import { type DatabaseFile, type ParseResult, type Parser, readWhole } from './parser.ts';
import { decodeText, linesOf, ownText } from './text.ts';

/** A desktop with two thousand packages has some 5 MiB of these files. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/** pacman of Arch Linux: a folder a package, with its facts in the file desc. */
export const pacman: Parser = {
  type: 'alpm',
  locations: [{ directory: '/var/lib/pacman/local', accepts: (name) => name.endsWith('/desc') }],
  takesFirst: false,
  maxBytes: maxDatabaseBytes,
  parse: parsePacman,
};

function parsePacman(files: readonly DatabaseFile[]): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/pacman-desc');
  for (const file of files) {
    const record = recordOf(sectionsOf(decodeText(readWhole(file))));
    if (record?.version === null) losses.warn(file.path, `The package ${record.name} has no version.`);
    if (record) packages.push(record);
    else losses.add(file.path, 'It names no package.');
  }
  return { packages, diagnostics: losses.diagnostics() };
}

/** Longer than any field of a package may be: a section of which so much is kept is refused as one that is too long. */
const surelyTooLong = 32 * 1024;

const wantedSections = new Set(['NAME', 'VERSION', 'ARCH', 'BASE', 'LICENSE']);

/** `%NAME%` in a line of its own, and its values in the lines below, to a blank line: alpm's local database, be_local.c. */
function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let values: string[] | null = null;
  let kept = 0;
  for (const line of linesOf(text)) {
    const [, heading] = /^%([A-Z0-9]+)%$/.exec(line) ?? [];
    if (heading !== undefined && wantedSections.has(heading)) {
      values = [];
      kept = 0;
      sections.set(heading, values);
    } else if (heading !== undefined || line === '') values = null;
    else if (values !== null && kept < surelyTooLong) {
      values.push(ownText(line));
      kept += line.length;
    }
  }
  return sections;
}

function recordOf(sections: ReadonlyMap<string, readonly string[]>): PackageRecord | null {
  const first = (heading: string) => sections.get(heading)?.[0] ?? null;
  const name = first('NAME');
  if (name === null) return null;
  const base = first('BASE');
  return {
    name,
    version: first('VERSION'),
    architecture: first('ARCH'),
    sourcePackage: base === null ? null : { name: base, version: null },
    licenseDeclared: sections.get('LICENSE')?.join(', ') || null,
  };
}
