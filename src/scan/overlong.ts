import { UnreadableError } from '../collect/target.ts';
import type { PackageRecord } from '../model/package.ts';
import type { System } from '../model/system.ts';
import type { ParseResult } from '../parse/parser.ts';
import { inOneLine } from '../text/one-line.ts';

/**
 * Longer than any name, version or licence of a package: the longest licences have a few thousand. A longer field would be in every
 * list of packages, and was put there on purpose.
 */
const maxFieldCharacters = 16 * 1024;

/**
 * How much room the packages of one database may take in an Inventory: twenty times those of the largest systems. A container must not
 * fill the memory that all others need.
 */
const maxContentCharacters = 16 * 1024 * 1024;

/** A control character in JSON, plus a non-ASCII letter in a purl, which repeats the name and the version. */
const mostCharactersOfOne = 6 + 9;

/** The message of a diagnostic may contain a name. */
const maxDiagnosticCharacters = 500;

/** `ID` and `VERSION_ID` are one word each, and are in every purl twice. */
const maxSystemIdCharacters = 100;
const maxSystemNameCharacters = 1000;

/**
 * What a parser found, without packages that are too long to be real, and with a diagnostic that they are left out. Throws an
 * UnreadableError if it is still too much.
 */
export function withoutOverlong({ packages, diagnostics }: ParseResult, path: string): ParseResult {
  const fitting = packages.filter((record) => !isOverlong(record));
  const overlong = packages.length - fitting.length;
  const told = diagnostics.map((diagnostic) => ({ ...diagnostic, message: inOneLine(diagnostic.message, maxDiagnosticCharacters) }));
  refuseTooMuch(fitting, path);
  // If nothing is left out, the same list: reads of one image are recognized by it.
  if (overlong === 0) return { packages, diagnostics: told };
  const message = `${overlong} packages are left out: a name, version or another field has more than ${maxFieldCharacters} characters.`;
  return { packages: fitting, diagnostics: [...told, { severity: 'error', code: 'scan/overlong-field', message, path }] };
}

const fieldsOf = ({ name, version, architecture, licenseDeclared, sourcePackage }: PackageRecord) => [
  ...[name, version, architecture, licenseDeclared],
  ...[sourcePackage?.name, sourcePackage?.version],
];

const isOverlong = (record: PackageRecord) => fieldsOf(record).some((field) => (field?.length ?? 0) > maxFieldCharacters);

function refuseTooMuch(packages: readonly PackageRecord[], path: string): void {
  const plain = packages.reduce((sum, record) => fieldsOf(record).reduce((length, field) => length + (field?.length ?? 0), sum), 0);
  // Writing them takes longer, and is hardly ever needed.
  if (plain * mostCharactersOfOne <= maxContentCharacters) return;
  const written = packages.reduce((sum, record) => sum + JSON.stringify(record).length + encodedLength(record), 0);
  if (written <= maxContentCharacters) return;
  throw new UnreadableError(
    'too-large',
    `The packages of ${path} take more than ${maxContentCharacters / (1024 * 1024)} MiB, the most that is kept of one database.`,
  );
}

const encodedLength = ({ name, version }: PackageRecord) => encodeURIComponent(`${name}${version ?? ''}`.replace(/\p{Cs}/gu, '')).length;

/** Throws an UnreadableError for an os-release with fields that no system has. */
export function refuseOverlongSystem(system: System, path: string): void {
  const { id, versionId, idLike, name } = system;
  const refuse = (field: string, limit: string) => {
    throw new UnreadableError('damaged', `${path} is not understood: its ${field} is not one of ${limit}.`);
  };
  const isWord = (text: string | null) => text === null || (text.length <= maxSystemIdCharacters && /^[\x20-\x7e]*$/.test(text));
  if (!isWord(id)) refuse('ID', `up to ${maxSystemIdCharacters} ASCII characters`);
  if (!isWord(versionId)) refuse('VERSION_ID', `up to ${maxSystemIdCharacters} ASCII characters`);
  if (idLike.join(' ').length > maxSystemNameCharacters) refuse('ID_LIKE', `up to ${maxSystemNameCharacters} characters`);
  if ((name?.length ?? 0) > maxSystemNameCharacters) refuse('name', `up to ${maxSystemNameCharacters} characters`);
}
