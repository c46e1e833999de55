import type { PackageRecord, PackageType } from '../model/package.ts';

/**
 * A file of a package database, read by position: a buffer from an archive, or an open file. In a folder also what is
 * not a file and has no bytes: a folder directly below it, whose path ends in `/`, and a link.
 * `read` returns fewer bytes than requested only at the end of the file. They are valid until the next `read` of the
 * same file, which may reuse the memory: a reader of pages copies what it needs for longer.
 */
export interface DatabaseFile {
  readonly path: string;
  readonly size: number;
  readonly read: (position: number, length: number) => Uint8Array;
}

/** Every file of a folder that the parser wants. */
export interface DatabaseFolder {
  readonly directory: string;
  /** Takes a name below the directory: `name`, `folder/name`, or `folder/` for the folder itself. A link is offered in both forms. */
  readonly accepts: (name: string) => boolean;
}

/** A folder that is usually empty, and that counts only if it has the file named `first`. */
export interface Journal extends DatabaseFolder {
  readonly first: string;
}

/**
 * Where a database is: one file, or a folder. `beside` names companions of the file, as suffixes of its path, and `journal` is the folder
 * of what is yet to be written into it: those files that exist are passed to the parser after it, a journal's in order of name.
 */
export type DatabaseLocation = { readonly path: string; readonly beside?: readonly string[]; readonly journal?: Journal } | DatabaseFolder;

export interface ParseDiagnostic {
  /** error: at least one package is missing from the result; warning: odd, but nothing is missing. */
  readonly severity: 'error' | 'warning';
  /** `parse/…`: stable, for tools. */
  readonly code: string;
  /** One sentence for a person, without the path. */
  readonly message: string;
  readonly path: string;
}

export interface ParseResult {
  readonly packages: readonly PackageRecord[];
  readonly diagnostics: readonly ParseDiagnostic[];
  /**
   * Path suffixes, as in `beside`, of further companions that the file may have, judging by its content. Looking for them in every
   * container would cost too much; if there is one, everything is parsed again together with it.
   */
  readonly mayHaveBeside?: readonly string[];
}

/**
 * A reader of one kind of package database. It does no I/O except through the files it is given, and it is total:
 * no input makes it throw or hang. What it cannot read becomes a diagnostic alongside the packages that it could.
 */
export interface Parser {
  readonly type: PackageType;
  readonly locations: readonly DatabaseLocation[];
  /** Whether its tool uses only one database, at the first location that has one; otherwise all of them count. */
  readonly takesFirst: boolean;
  /** The largest database that is read, in bytes, all its files together. */
  readonly maxBytes: number;
  /** Takes the files of one location: one file with its companions, or those of a folder. */
  readonly parse: (files: readonly DatabaseFile[]) => ParseResult;
}

/** Ten times those of the largest systems, with all of TeX and every language. More can only be meant to fill the reader's memory. */
export const maxPackages = 100_000;

export const tooManyPackages = `There are more than ${maxPackages} packages: the rest is left out.`;

/** The whole of a file. */
export function readWhole(file: DatabaseFile): Uint8Array {
  return file.read(0, file.size);
}

/** A file that is in memory already. */
export function fileFromBytes(path: string, bytes: Uint8Array): DatabaseFile {
  return { path, size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}
