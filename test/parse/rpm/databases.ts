import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type DatabaseFile, fileFromBytes } from '../../../src/parse/parser.ts';
import type { RpmRecord } from '../../../src/parse/rpm/rpm.ts';

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

export function readLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** A record as `rpm -qa` prints it: name, epoch, version, release, architecture, source rpm, licence, vendor, install time, label. */
export function toLine({ name, version: full, architecture, licenseDeclared, rpm }: RpmRecord): string {
  const version = full ?? '';
  const withoutEpoch = rpm.epoch === null ? version : version.slice(`${rpm.epoch}:`.length);
  const hyphen = withoutEpoch.lastIndexOf('-');
  const [upstream, release] = [withoutEpoch.slice(0, hyphen), withoutEpoch.slice(hyphen + 1)];
  const fields = [
    name,
    rpm.epoch,
    upstream,
    release,
    architecture,
    rpm.sourceRpm,
    licenseDeclared,
    rpm.vendor,
    rpm.installTime,
    rpm.modularityLabel,
  ];
  return fields.map((field) => field ?? '').join('\t');
}

/** In the order of `sort` with LC_ALL=C. */
export function sortBytewise(lines: readonly string[]): readonly string[] {
  return [...lines].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
