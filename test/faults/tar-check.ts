const blockBytes = 512;

/**
 * Whether an archive is whole by what the format itself lets one check: the checksum of every header, all the blocks that it
 * promises, and the two blocks of zeros that end it (POSIX.1-2017, pax, "ustar Interchange Format"). What is in a file has no checksum.
 */
export function isWholeTar(bytes: Uint8Array): boolean {
  for (let at = 0; at + blockBytes <= bytes.length; ) {
    const block = bytes.subarray(at, at + blockBytes);
    if (block.every((byte) => byte === 0)) return isEnd(bytes.subarray(at));
    const field = (start: number, length: number) =>
      Number.parseInt(Buffer.from(block.subarray(start, start + length)).toString('latin1'), 8);
    const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    if (field(148, 8) !== sum) return false;
    at += blockBytes + Math.ceil(field(124, 12) / blockBytes) * blockBytes;
  }
  return false;
}

const isEnd = (rest: Uint8Array) => rest.length >= 2 * blockBytes && rest.length % blockBytes === 0 && rest.every((byte) => byte === 0);
