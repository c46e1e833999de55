import type { FoundContainer } from '../model/container-scan.ts';
import { CollectError } from '../model/errors.ts';
import type { Source } from '../model/inventory.ts';
import type { UnreadReason } from '../model/scan.ts';
import { inOneLine } from '../text/one-line.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  /** Time of the last change, as precise as the source gives it: only for comparison with another. */
  readonly modified: string;
  /** Time of the last status change (which nobody can set), in nanoseconds since 1970; null if the source does not give it. */
  readonly changed: string | null;
  /** Whether it is on another file system than the root: whoever made that one may have set all times. */
  readonly isInVolume?: boolean;
}

/** When a running container was started and created. What its source does not know is null. */
export interface Inspection {
  readonly startedAt: string | null;
  readonly createdAt: string | null;
}

/** An open file, in memory or on disk, with its stat as of when it was opened. */
export interface OpenFile {
  readonly stat: FileStat;
  /** The bytes are valid until the next read. */
  readonly read: (position: number, length: number) => Uint8Array;
  readonly close: () => void;
}

/** A small file in a folder, read at once: a folder may have more files than a process can open. Non-files have no bytes. */
export interface FolderFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A container, and a way to read its files. Paths are absolute within the container, and links are followed inside it. What cannot be read
 * throws an UnreadableError.
 */
export interface Target {
  readonly source: Source['kind'];
  readonly container: FoundContainer;
  /** Asks whether it runs, and since when; null when it has ended. */
  readonly inspect: () => Promise<Inspection | null>;
  /** Whether everything read since the last inspection was certainly its own: a pid that leads to it may be another process's by now. */
  readonly confirm: () => Promise<boolean>;
  /** Releases what the last inspection holds open. */
  readonly release: () => void;
  /**
   * What is at a path, after following links; null when nothing is there, or the container is gone. A link that leads nowhere throws a
   * DanglingLinkError, as far as the source can tell: an engine reports only a link at the end of a path, not folders on the way.
   */
  readonly stat: (path: string) => Promise<FileStat | null>;
  readonly open: (path: string, maxBytes: number) => Promise<OpenFile>;
  /**
   * The regular files of a folder, and of the folders directly below it (`folder/name`), by name. So that nothing is lost silently, other
   * accepted entries have no bytes: the folders themselves, as `folder/`, and links, which are not followed and may lead to either.
   */
  readonly readFolder: (path: string, accepts: (name: string) => boolean, maxBytes: number) => Promise<readonly FolderFile[]>;
  /**
   * Whether a file that was read, with this stat, certainly belongs to the image, not to the container; false if unknown. Only for files
   * whose `changed` is null.
   */
  readonly isOfImage: (path: string, stat: FileStat) => Promise<boolean>;
  /** The paths, without links, that changed since the image was made, as far as sizes and times show; null if the source cannot tell. */
  readonly changes: () => Promise<readonly string[] | null>;
  /** The path with all links resolved. */
  readonly realPath: (path: string) => Promise<string>;
}

/** What one source found. */
export interface Collected {
  readonly source: Source;
  readonly targets: readonly Target[];
  /** Whether it names everything that its engine runs. A source that sees processes may see those of a single pod only. */
  readonly namesAll: boolean;
  /** Closes connections, and ends child processes. */
  readonly close: () => void;
}

/** As many links on one path as Linux follows: path_resolution(7). */
export const maxLinks = 40;

/** A file or a whole container that cannot be read, with the reason that appears in the result. */
export class UnreadableError extends CollectError {
  override readonly name: string = 'UnreadableError';
  readonly reason: UnreadReason;

  constructor(reason: UnreadReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A container can make a link as long as a path may be. */
const maxTargetCharacters = 200;

/** Something should be at a path but is missing, for example a volume that is not mounted. */
export class DanglingLinkError extends UnreadableError {
  override readonly name: string = 'DanglingLinkError';

  constructor(link: string, target: string) {
    super('failed', `${link} is a link to ${inOneLine(target, maxTargetCharacters)}, where nothing is.`);
  }
}

/** The error for a file that is larger than its reader accepts. */
export function tooLarge(path: string, maxBytes: number): UnreadableError {
  return new UnreadableError('too-large', `${path} is larger than ${Math.floor(maxBytes / (1024 * 1024))} MiB, the most that is read.`);
}
