import { createHash } from 'node:crypto';

/**
 * Bytes as lines of a log: `supercargo/1 ID INDEX/COUNT BASE64`, with INDEX starting at 1. ID is the beginning of the SHA-256 of all bytes.
 * It shows which lines belong together, and whether the reassembled bytes are those that were written.
 */
const frame = /^supercargo\/1 ([0-9a-f]{32}) ([1-9]\d{0,5})\/([1-9]\d{0,5}) ([A-Za-z0-9+/]+={0,2})$/;

/** Engines split lines of more than 16 KiB, and so may whatever transports logs from there. */
const bytesInLine = 3 * 1024;

const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** The lines, each with its line break. */
export function framesOf(bytes: Buffer): string[] {
  const id = idOf(bytes);
  const count = Math.max(1, Math.ceil(bytes.length / bytesInLine));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.toString('base64', index * bytesInLine, (index + 1) * bytesInLine);
    return `supercargo/1 ${id} ${index + 1}/${count} ${part}\n`;
  });
}

/** The end of a log. */
export interface LogEnd {
  /** The bytes of the last complete set of lines, or null. */
  readonly bytes: Buffer | null;
  /** How many lines must be read from the end of the log to get a complete set; null if there are no frames. */
  readonly linesNeeded: number | null;
}

/** Finds the last complete bytes in a log. Lines that are not ours, torn or damaged are skipped. */
export function lastWholeIn(log: string): LogEnd {
  const lines = log.split('\n');
  let longest = 0;
  let parts: string[] = [];
  let current: { id: string; count: number } | null = null;
  for (let at = lines.length - 1; at >= 0; at--) {
    const [, id, index, total, part] = frame.exec(lines[at] as string) ?? [];
    if (id === undefined || part === undefined) continue;
    const count = Number(total);
    longest = Math.max(longest, count);
    // Starts at the last line: without it, the set was not completely written.
    if (Number(index) === count) [current, parts] = [{ id, count }, []];
    const isNext = current?.id === id && current.count === count && Number(index) === count - parts.length;
    if (!isNext) {
      current = null;
      continue;
    }
    parts.push(part);
    if (Number(index) > 1) continue;
    const bytes = Buffer.concat(parts.reverse().map((text) => Buffer.from(text, 'base64')));
    if (idOf(bytes) === id) return { bytes, linesNeeded: null };
    current = null;
  }
  // The last set may still be arriving: before it there is one of about the same length.
  return { bytes: null, linesNeeded: longest === 0 ? null : 3 * longest + 16 };
}
