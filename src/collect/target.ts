import type { FoundContainer } from '../model/container-scan.ts';
import { CollectError } from '../model/errors.ts';
import type { Source } from '../model/inventory.ts';
import type { UnreadReason } from '../model/scan.ts';
import { inOneLine } from '../text/one-line.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  /** Time of the last change, as fine as the source tells: only good for comparing with another. */
  readonly modified: string;
  /** Time of the last change of anything of it, which nobody can set, in nanoseconds since 1970; null where the source does not tell. */
  readonly changed: string | null;
  /** Whether it lies on another file system than the root: whoever made that may have set all of its times. */
  readonly isInVolume?: boolean;
}

/** That a container runs, and since when. What its source does not know is null. */
export interface Inspection {
  readonly startedAt: string | null;
  readonly createdAt: string | null;
}

/** A file that is open, in memory or on a disk, with what it was when it was opened. */
export interface OpenFile {
  readonly stat: FileStat;
  /** Good until the next read. */
  readonly read: (position: number, length: number) => Uint8Array;
  readonly close: () => void;
}

/** A small file of a folder, read at once: a folder may hold more files than a process may have open. What is no file has no bytes. */
export interface FolderFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A container and a way to read its files. Paths are absolute in the container, and links in them are followed inside it.
 * What cannot be read throws an UnreadableError.
 */
export interface Target {
  readonly source: Source['kind'];
  readonly container: FoundContainer;
  /** Asks whether it runs, and since when; null when it ended. */
  readonly inspect: () => Promise<Inspection | null>;
  /** Whether all that was read since the last inspection was surely its own: where a pid leads to it, that may be another's by now. */
  readonly confirm: () => Promise<boolean>;
  /** Gives back what the last inspection holds open. */
  readonly release: () => void;
  /**
   * What is at a path, links followed; null when nothing is, or when the container is gone. A link to nowhere throws a DanglingLinkError,
   * as far as the source tells: an engine does so of the end of a path alone, and not of the folders on the way.
   */
  readonly stat: (path: string) => Promise<FileStat | null>;
  readonly open: (path: string, maxBytes: number) => Promise<OpenFile>;
  /**
   * The regular files of a folder, and of the folders right below it (`folder/name`), by name. So that nothing is lost in silence, what is
   * accepted of the others has no bytes: the folders themselves, as `folder/`, and links, which are not followed, and may lead to either.
   */
  readonly readFolder: (path: string, accepts: (name: string) => boolean, maxBytes: number) => Promise<readonly FolderFile[]>;
  /**
   * Whether a file that was read, and was this, is surely the image's and not the container's own; false where that cannot be known. For
   * files whose stat has nothing that nobody can set.
   */
  readonly isOfImage: (path: string, stat: FileStat) => Promise<boolean>;
  /** The paths, without links, that changed since the image was made, as far as their sizes and times tell; null where the source cannot tell. */
  readonly changes: () => Promise<readonly string[] | null>;
  /** The path without any link. */
  readonly realPath: (path: string) => Promise<string>;
}

/** What one source found. */
export interface Collected {
  readonly source: Source;
  readonly targets: readonly Target[];
  /** Whether it names all that its engine runs; one that sees processes may see those of a single pod alone. */
  readonly namesAll: boolean;
  /** Gives back what is held open: connections, child processes. */
  readonly close: () => void;
}

/** As many links on one path as Linux follows: path_resolution(7). */
export const maxLinks = 40;

/** A file, or a whole container, that cannot be read, with the reason that goes into the result. */
export class UnreadableError extends CollectError {
  override readonly name: string = 'UnreadableError';
  readonly reason: UnreadReason;

  constructor(reason: UnreadReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A container may make a link as long as a path can be. */
const maxTargetCharacters = 200;

/** Something should be at a path, and is not: a volume that is not mounted, say. */
export class DanglingLinkError extends UnreadableError {
  override readonly name: string = 'DanglingLinkError';

  constructor(link: string, target: string) {
    super('failed', `${link} is a link to ${inOneLine(target, maxTargetCharacters)}, where nothing is.`);
  }
}

/** The answer to a file that is larger than what its reader takes. */
export function tooLarge(path: string, maxBytes: number): UnreadableError {
  return new UnreadableError('too-large', `${path} is larger than ${Math.floor(maxBytes / (1024 * 1024))} MiB, the most that is read.`);
}
