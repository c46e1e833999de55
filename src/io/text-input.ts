import { constants } from 'node:buffer';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { openInput, readInput } from './input.ts';

/** The longest possible string: 512 MiB. */
export const maxCharacters = constants.MAX_STRING_LENGTH;

/** Where text comes from, other than files. */
export interface TextSources {
  /** Opened only when read: a run that does not need it leaves it alone. */
  readonly stdin: () => Readable;
  /** Ends the run; its reason is thrown as it is. */
  readonly signal: AbortSignal;
}

/** Reads text from a file, or from standard input for `-`. Gzip is recognised by its first bytes. `reasonOf` explains the errors thrown. */
export async function readTextInput(file: string, { stdin, signal }: TextSources): Promise<string> {
  const bytes = await readInput(file === '-' ? stdin() : await openInput(file, signal), maxCharacters, signal);
  return (isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: maxCharacters }) : bytes).toString();
}

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Why a file cannot be read, in words; null if the error is not about the file. */
export function reasonOf(error: unknown): string | null {
  const { code } = error as { readonly code?: unknown };
  // The code of a timeout error (a DOMException) is a number.
  return typeof code === 'string' ? (reasons[code] ?? code) : null;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ERR_STRING_TOO_LONG: 'it is larger than 512 MiB, the most that is read',
  ERR_BUFFER_TOO_LARGE: 'unpacked it is larger than 512 MiB, the most that is read',
  Z_DATA_ERROR: 'it is damaged: gzip cannot unpack it',
  Z_BUF_ERROR: 'it ends early: gzip cannot unpack it',
};
