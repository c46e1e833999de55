import type { PackageRecord, PackageType } from '../model/package.ts';

/**
 * A file of a package database, read by position: a buffer that came out of an archive, or a file that is open. In a folder also
 * what is no file and has no bytes: a folder right below it, whose path ends in `/`, and a link.
 * `read` gives fewer bytes than asked for only at the end of the file. What it gives is good until the next `read`
 * of the same file, which may reuse the memory: a reader of pages copies what must outlive that.
 */
export interface DatabaseFile {
  readonly path: string;
  readonly size: number;
  readonly read: (position: number, length: number) => Uint8Array;
}

/** Every file of a folder that the parser wants. */
export interface DatabaseFolder {
  readonly directory: string;
  /** Takes a name below the directory: `name`, `folder/name`, or `folder/` for the folder itself. A link is asked for as either. */
  readonly accepts: (name: string) => boolean;
}

/** A folder that holds nothing as a rule, and something only together with the file of the first name. */
export interface Journal extends DatabaseFolder {
  readonly first: string;
}

/**
 * Where a database lies: one file, or a folder. `beside` names companions of the one file, as endings of its path, and `journal` is the
 * folder of what is to be written into it later: those files that exist are given to the parser after it, a journal's by name.
 */
export type DatabaseLocation = { readonly path: string; readonly beside?: readonly string[]; readonly journal?: Journal } | DatabaseFolder;

export interface ParseDiagnostic {
  /** error: a package, or more, is missing from the result; warning: odd, but nothing is missing. */
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
   * Endings of paths, as in `beside`, of further companions that the file may have by what is in it. To look for them in every container
   * would be too much; where there is one, all is parsed again together with it.
   */
  readonly mayHaveBeside?: readonly string[];
}

/**
 * A reader of one kind of package database. It does no I/O but through the files it is given, and it is total:
 * no bytes make it throw or hang. What it cannot read becomes a diagnostic beside the packages that it could.
 */
export interface Parser {
  readonly type: PackageType;
  readonly locations: readonly DatabaseLocation[];
  /** Whether its tool has one database, at the first of the locations where there is one; else all that there are count. */
  readonly takesFirst: boolean;
  /** The largest database that is read, in bytes, all its files together. */
  readonly maxBytes: number;
  /** Takes the files of one location: one file with those that belong to it, or those of a folder. */
  readonly parse: (files: readonly DatabaseFile[]) => ParseResult;
}

/** Ten times those of the largest systems, with all of TeX and every language. What has more was made to fill the memory of its reader. */
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
