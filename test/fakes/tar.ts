/** Archives byte by byte, also such as no program would write. */

const blockBytes = 512;

export interface Head {
  readonly name?: string;
  /** Bytes of the field: digits of base 8, or what is no number. */
  readonly size?: Uint8Array | string | number;
  readonly type?: string;
  readonly link?: string;
  /** Added to the right checksum. */
  readonly checksumOff?: number;
  readonly magic?: string;
}

export function head({ name = 'status', size = 0, type = '0', link = '', checksumOff = 0, magic = 'ustar\x0000' }: Head): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.set(typeof size === 'number' ? octal(size) : Buffer.from(size), 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write(magic, 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(sum + checksumOff).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const octal = (size: number) => Buffer.from(`${size.toString(8).padStart(11, '0')}\0`);

/** A number of base 256, as GNU tar writes those that are too large for digits, or negative. */
export function base256(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(12);
  let rest = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = value < 0n ? 0xff : (bytes[0] as number) | 0x80;
  return bytes;
}

export function entry(content: Uint8Array | string, more: Head = {}): Buffer {
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes);
  return Buffer.concat([head({ size: bytes.length, ...more }), bytes, padding]);
}

/** Facts about the entry that follows. */
export function pax(facts: Readonly<Record<string, string>>, type = 'x'): Buffer {
  return entry(Object.entries(facts).map(paxLine).join(''), { name: 'pax', type });
}

function paxLine([key, value]: readonly [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

/** Two empty blocks. */
export const end = Buffer.alloc(2 * blockBytes);
