import fc from 'fast-check';
import { type DatabaseFile, fileFromBytes } from '../../../src/parse/parser.ts';

/** Changes bytes, in place or by giving others. */
type Damage = (bytes: Buffer) => Buffer;

// A place in a file of any length, as a share of it.
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pageSizes = fc.constantFrom(16, 512, 4096, 65_536);

function flip(at: number, mask: number): Damage {
  return (bytes) => {
    const position = Math.floor(at * bytes.length);
    bytes[position] = (bytes[position] ?? 0) ^ mask;
    return bytes;
  };
}

function swapPages(one: number, other: number, pageSize: number): Damage {
  return (bytes) => {
    const pages = Math.floor(bytes.length / pageSize);
    const [a, b] = [Math.floor(one * pages) * pageSize, Math.floor(other * pages) * pageSize];
    const kept = Buffer.from(bytes.subarray(a, a + pageSize));
    bytes.copy(bytes, a, b, b + pageSize);
    kept.copy(bytes, b);
    return bytes;
  };
}

/** Writes the number of a page where a page has that of the next: at 16 in Berkeley DB, at 0 in SQLite. */
function redirect(from: number, to: number, pageSize: number, field: number): Damage {
  return (bytes) => {
    const pages = Math.floor(bytes.length / pageSize);
    const position = Math.floor(from * pages) * pageSize + field;
    if (position + 4 > bytes.length) return bytes;
    const bigEndian = field === 0 || bytes[12] === 0;
    const page = Math.floor(to * pages) + (field === 0 ? 1 : 0);
    bigEndian ? bytes.writeUInt32BE(page, position) : bytes.writeUInt32LE(page, position);
    return bytes;
  };
}

const mask = fc.integer({ min: 1, max: 255 });
/** At the start of a page, where its header is, and in the pointers behind it. */
const pageStart = fc.tuple(place, pageSizes, fc.nat(63)).map(
  ([at, pageSize, offset]) =>
    (bytes: Buffer) =>
      flip((Math.floor((at * bytes.length) / pageSize) * pageSize + offset) / bytes.length, 0xff)(bytes),
);

const damage: fc.Arbitrary<Damage> = fc.oneof(
  place.map(
    (at): Damage =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, mask).map(([at, by]) => flip(at, by)),
  fc.tuple(fc.nat(511), mask).map(
    ([at, by]): Damage =>
      (bytes) =>
        flip(Math.min(at / bytes.length, 0.999), by)(bytes),
  ),
  pageStart,
  fc.tuple(place, place, pageSizes).map(([one, other, pageSize]) => swapPages(one, other, pageSize)),
  fc.tuple(place, place, pageSizes, fc.constantFrom(0, 16)).map(([from, to, pageSize, field]) => redirect(from, to, pageSize, field)),
  fc.tuple(place, fc.uint8Array({ maxLength: 64 })).map(
    ([at, random]): Damage =>
      (bytes) => {
        bytes.set(random.subarray(0, bytes.length - Math.floor(at * bytes.length)), Math.floor(at * bytes.length));
        return bytes;
      },
  ),
);

/** Copies of the files, each with some damage. */
export function damages(files: readonly DatabaseFile[]): fc.Arbitrary<readonly DatabaseFile[]> {
  const several = fc.array(damage, { minLength: 1, maxLength: 3 });
  return fc
    .tuple(several, fc.nat(files.length - 1))
    .map(([steps, chosen]) => files.map((file, i) => (i === chosen ? fileFromBytes(file.path, applied(steps, file)) : file)));
}

function applied(steps: readonly Damage[], file: DatabaseFile): Buffer {
  return steps.reduce<Buffer>((bytes, step) => (bytes.length === 0 ? bytes : step(bytes)), Buffer.from(file.read(0, file.size)));
}
