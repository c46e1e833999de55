import { createHash } from 'node:crypto';

/** A UUID of version 8 (RFC 9562), derived from the texts: the same Inventory gets the same ones each time it is printed. */
export function uuidOf(...texts: readonly string[]): string {
  const bytes = createHash('sha256').update(texts.join('\0')).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
