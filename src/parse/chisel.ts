import * as zlib from 'node:zlib';
import type { PackageRecord } from '../model/package.ts';
import { type Losses, lossesOf } from './losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from './parser.ts';
import { decodeText, linesOf, ownText } from './text.ts';

/** One line for each file of the image: some 100 bytes, compressed to a fifth or less. */
const maxDatabaseBytes = 16 * 1024 * 1024;
const maxWallBytes = 64 * 1024 * 1024;

/** No path or list of slices is this long. A longer line could be crafted to take many times its length when parsed. */
const maxLineCharacters = 64 * 1024;

/** Unpacks zstd, up to a maximum length; throws an error with a code if it cannot. */
type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Node's own, available from 22.15 and 23.8 on. */
const { zstdDecompressSync: unpackByNode = null } = zlib as { readonly zstdDecompressSync?: Unpack };

/**
 * The manifest of chiselled Ubuntu images, which have no dpkg database: one JSON object per line, packed with zstd.
 * https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/. It does not name the source packages.
 */
export const chisel: Parser = chiselBy(unpackByNode);

export function chiselBy(unpack: Unpack | null): Parser {
  return {
    type: 'deb',
    locations: [{ path: '/var/lib/chisel/manifest.wall' }],
    takesFirst: true,
    maxBytes: maxDatabaseBytes,
    parse: (files) => {
      const results = files.map((file) => parseManifest(file, unpack));
      return { packages: results.flatMap((result) => result.packages), diagnostics: results.flatMap((result) => result.diagnostics) };
    },
  };
}

function parseManifest(file: DatabaseFile, unpack: Unpack | null): ParseResult {
  const failed = (message: string): ParseResult => ({
    packages: [],
    diagnostics: [{ severity: 'error', code: 'parse/chisel-packed', message, path: file.path }],
  });
  if (unpack === null) return failed('It is packed by zstd, which Node.js unpacks from version 22.15 on.');
  const bytes = unpackedOrNull(file, unpack);
  return bytes === null
    ? failed(`It cannot be unpacked, or has more than ${maxWallBytes / (1024 * 1024)} MiB.`)
    : parseWall(file.path, bytes);
}

function unpackedOrNull(file: DatabaseFile, unpack: Unpack): Uint8Array | null {
  try {
    return unpack(readWhole(file), { maxOutputLength: maxWallBytes });
  } catch (error) {
    // All errors of zlib have a code, both for what is not zstd and for what is too large.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function parseWall(path: string, bytes: Uint8Array): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/chisel-line');
  let lines = 0;
  let count: unknown = null;
  for (const line of linesOf(decodeText(bytes))) {
    const entry = entryOf(line);
    if (lines++ === 0) count = entry?.count;
    if (entry === null) losses.add(path, 'A line is no JSON object.');
    else if (entry.kind === 'package' && !put(packages, entry, path, losses)) break;
  }
  // The first line gives the number of lines, including itself.
  if (count !== lines) losses.add(path, `It has ${lines} lines, and does not say so in the first: it is not whole.`);
  return { packages, diagnostics: losses.diagnostics() };
}

type Entry = Readonly<Record<string, unknown>>;

/** Null if the line is not one. */
function entryOf(line: string): Entry | null {
  if (line.length > maxLineCharacters) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Entry) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** False if there are too many already. */
function put(packages: PackageRecord[], entry: Entry, path: string, losses: Losses): boolean {
  const textOf = (key: string) => {
    const value = entry[key];
    return typeof value === 'string' && value !== '' ? ownText(value) : null;
  };
  const [name, version] = [textOf('name'), textOf('version')];
  if (name === null) losses.add(path, 'A package has no name.');
  else if (packages.length >= maxPackages) {
    losses.add(path, tooManyPackages);
    return false;
  } else {
    if (version === null) losses.warn(path, `The package ${name} has no version.`);
    packages.push({ name, version, architecture: textOf('arch'), sourcePackage: null, licenseDeclared: null });
  }
  return true;
}
