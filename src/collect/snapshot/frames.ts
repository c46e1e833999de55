import { createHash } from 'node:crypto';

/**
 * Bytes as lines of a log: `supercargo/1 ID INDEX/COUNT BASE64`, INDEX from 1 on. ID is the beginning of the SHA-256 of all the
 * bytes, and so tells which lines belong together, and whether what they come to is what was written.
 */
const frame = /^supercargo\/1 ([0-9a-f]{32}) ([1-9]\d{0,5})\/([1-9]\d{0,5}) ([A-Za-z0-9+/]+={0,2})$/;

/** Engines break lines of more than 16 KiB into pieces, and so may whatever carries logs on from there. */
const bytesInLine = 3 * 1024;

const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** The lines, each with its end. */
export function framesOf(bytes: Buffer): string[] {
  const id = idOf(bytes);
  const count = Math.max(1, Math.ceil(bytes.length / bytesInLine));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.toString('base64', index * bytesInLine, (index + 1) * bytesInLine);
    return `supercargo/1 ${id} ${index + 1}/${count} ${part}\n`;
  });
}

/** What is at the end of a log. */
export interface LogEnd {
  /** The bytes that were written last of all that are whole, or null. */
  readonly bytes: Buffer | null;
  /** How many lines from its end on the log must be read for a whole one to be in them; null where there are no frames. */
  readonly linesNeeded: number | null;
}

/** Finds the last bytes in a log that are whole: others than ours, torn ones and damaged ones are passed over. */
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
    // From its last line on: one that has none was not written to its end.
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
  // The last one may be on its way: behind it there is one as long, or about so.
  return { bytes: null, linesNeeded: longest === 0 ? null : 3 * longest + 16 };
}
