import type { PackageRecord } from '../model/package.ts';
import { lossesOf } from './losses.ts';
import { type DatabaseFile, type ParseResult, type Parser, readWhole } from './parser.ts';
import { decodeText, linesOf, nul, ownText, splitUnended } from './text.ts';

/** A desktop with two thousand packages has some 5 MiB of these files. */
const maxDatabaseBytes = 64 * 1024 * 1024;

/** What pacman takes for an installed package: a folder named after its name, version and release. alpm's util.c, _alpm_splitname. */
const entry = /\/([^/]+)-([^-/]+-[^-/]+)\/[^/]*$/;

/** pacman of Arch Linux: one folder per package, described in its file desc. A folder without one is a package too. */
export const pacman: Parser = {
  type: 'alpm',
  locations: [
    { directory: '/var/lib/pacman/local', accepts: (name) => name.endsWith('/desc') || (name.endsWith('/') && entry.test(`/${name}`)) },
  ],
  takesFirst: false,
  maxBytes: maxDatabaseBytes,
  parse: parsePacman,
};

function parsePacman(files: readonly DatabaseFile[]): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/pacman-desc');
  const described = new Set(files.filter(({ path }) => !path.endsWith('/')).map(({ path }) => folderOf(path)));
  for (const file of files) {
    const folder = folderOf(file.path);
    if (file.path.endsWith('/') && described.has(folder)) continue;
    const [, name, version] = entry.exec(file.path) ?? [];
    if (name === undefined || version === undefined) {
      losses.warn(file.path, 'Its folder is not named for a package, a version and a release, and so it is not installed.');
      continue;
    }
    const desc = descOf(file, name, version);
    if (typeof desc === 'string') losses.add(folder, `Of ${name} ${version} nothing else is known: ${desc}.`);
    packages.push(recordOf(name, version, typeof desc === 'string' ? null : desc));
  }
  return { packages, diagnostics: losses.diagnostics() };
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** What desc says, if it matches the name of its folder, which is what pacman lists; or why it cannot be trusted. */
function descOf(file: DatabaseFile, name: string, version: string): Sections | string {
  if (file.size === 0) return 'its desc is not there, is empty, or is behind a link, which is not followed';
  const text = decodeText(readWhole(file));
  if (text.includes(nul)) return 'NULs stand in its desc';
  if (splitUnended(text)[1] !== '') return 'its desc is cut off';
  const sections = sectionsOf(text);
  if (sections === null) return 'its desc has a section twice';
  const isItsOwn = sections.get('NAME')?.[0] === name && sections.get('VERSION')?.[0] === version;
  return isItsOwn ? sections : 'its desc does not say the same';
}

/** Longer than any field of a package may be: a section cut off at this length is still refused as too long. */
const surelyTooLong = 32 * 1024;

const wantedSections = new Set(['NAME', 'VERSION', 'ARCH', 'BASE', 'LICENSE']);

type Sections = ReadonlyMap<string, readonly string[]>;

/**
 * `%NAME%` on a line of its own, and its values on the lines below, up to a blank line: alpm's local database, be_local.c. Null if a
 * wanted section occurs twice.
 */
function sectionsOf(text: string): Sections | null {
  const sections = new Map<string, string[]>();
  let values: string[] | null = null;
  let kept = 0;
  for (const line of linesOf(text)) {
    const [, heading] = /^%([A-Z0-9]+)%$/.exec(line) ?? [];
    if (heading !== undefined && wantedSections.has(heading)) {
      if (sections.has(heading)) return null;
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

function recordOf(name: string, version: string, sections: Sections | null): PackageRecord {
  const base = sections?.get('BASE')?.[0];
  return {
    name,
    version,
    architecture: sections?.get('ARCH')?.[0] ?? null,
    sourcePackage: base === undefined ? null : { name: base, version: null },
    licenseDeclared: sections?.get('LICENSE')?.join(', ') || null,
  };
}
