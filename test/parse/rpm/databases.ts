import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { PackageRecord } from '../../../src/model/package.ts';
import { type DatabaseFile, fileFromBytes } from '../../../src/parse/parser.ts';

const top = fileURLToPath(new URL('../../../', import.meta.url));
export const fixturesFolder = `${top}fixtures/rpm/`;
export const corpusFolder = `${top}../shared/corpus/rpm/`;

/** The databases of ours, by name. */
export const fixtureNames = readdirSync(fixturesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

function readPacked(path: string): Uint8Array {
  if (path.endsWith('.xz')) return execFileSync('xz', ['-dc', path], { maxBuffer: MAX_UNPACKED_BYTES });
  return path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
}

/** The database of a folder, and after it the log beside it: shorter names come first. */
export function readDatabase(folder: string): readonly DatabaseFile[] {
  const names = readdirSync(folder).filter((name) => /^(rpmdb|Packages)/.test(name));
  const files = names.map((name) => fileFromBytes(`/var/lib/rpm/${name.replace(/\.[gx]z$/, '')}`, readPacked(`${folder}/${name}`)));
  return files.sort((a, b) => a.path.length - b.path.length);
}

/** Of what `rpm -qa` printed what a record has: name, epoch, version, release, architecture, source package, licence. */
export function readExpected(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map(columnsOfRecord);
}

function columnsOfRecord(line: string): string {
  const columns = line.split('\t', 7);
  return columns.map((column) => column.replace(/\.(no)?src\.rpm$/, '')).join('\t');
}

/** A record as those lines have it. */
export function toLine({ name, version, architecture, sourcePackage, licenseDeclared }: PackageRecord): string {
  const [, epoch, upstream, release] = /^(?:(\d+):)?(.*)-(.*)$/.exec(version ?? '') ?? [];
  const source = sourcePackage && `${sourcePackage.name}-${sourcePackage.version}`;
  return [name, epoch, upstream, release, architecture, source, licenseDeclared].map((field) => field ?? '').join('\t');
}

/** In the order of `sort` with LC_ALL=C. */
export function sortBytewise(lines: readonly string[]): readonly string[] {
  return [...lines].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
