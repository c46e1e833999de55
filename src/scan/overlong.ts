import { UnreadableError } from '../collect/target.ts';
import type { PackageRecord } from '../model/package.ts';
import type { System } from '../model/system.ts';
import type { ParseResult } from '../parse/parser.ts';
import { inOneLine } from '../text/one-line.ts';

/**
 * Longer than any name, version or licence of a package: the longest licences have a few thousand. What is longer would stand in every
 * list of packages, and is the work of somebody who wants that.
 */
const maxFieldCharacters = 16 * 1024;

/**
 * What the packages of one database may take in an Inventory: twenty times those of the largest systems. A container must not fill the
 * memory that all others need.
 */
const maxContentCharacters = 16 * 1024 * 1024;

/** As JSON has a control character, and a purl a letter that is not ASCII. A purl has the name and the version again. */
const mostCharactersOfOne = 6 + 9;

/** The message of a diagnostic may have a name in it. */
const maxDiagnosticCharacters = 500;

/** `ID` and `VERSION_ID` are a word each, and stand twice in every purl. */
const maxSystemIdCharacters = 100;
const maxSystemNameCharacters = 1000;

/**
 * What a parser found, without the packages that are longer than packages are, of which it says that they are left out. Throws an
 * UnreadableError when it is too much all the same.
 */
export function withoutOverlong({ packages, diagnostics }: ParseResult, path: string): ParseResult {
  const fitting = packages.filter((record) => !isOverlong(record));
  const overlong = packages.length - fitting.length;
  const told = diagnostics.map((diagnostic) => ({ ...diagnostic, message: inOneLine(diagnostic.message, maxDiagnosticCharacters) }));
  refuseTooMuch(fitting, path);
  // The same list, where nothing is left out: what is read of one image is known by it.
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
  // To write them takes longer, and is hardly ever needed.
  if (plain * mostCharactersOfOne <= maxContentCharacters) return;
  const written = packages.reduce((sum, record) => sum + JSON.stringify(record).length + encodedLength(record), 0);
  if (written <= maxContentCharacters) return;
  throw new UnreadableError(
    'too-large',
    `The packages of ${path} take more than ${maxContentCharacters / (1024 * 1024)} MiB, the most that is kept of one database.`,
  );
}

const encodedLength = ({ name, version }: PackageRecord) => encodeURIComponent(`${name}${version ?? ''}`.replace(/\p{Cs}/gu, '')).length;

/** Throws an UnreadableError for an os-release whose fields are none that a system has. */
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
