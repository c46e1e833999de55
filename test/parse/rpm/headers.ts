/** An entry of a header: a tag, and a text, several, or a number. */
export type Entry = readonly [tag: number, value: string | readonly string[] | number];

const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;

function typeOf(value: Entry[1]): number {
  if (typeof value === 'number') return INT32;
  return typeof value === 'string' ? STRING : STRING_ARRAY;
}

function encode(value: Entry[1]): Buffer {
  if (typeof value !== 'number')
    return Buffer.from(
      [value]
        .flat()
        .map((text) => `${text}\0`)
        .join(''),
    );
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header as a database has it, of entries in that order. */
export function buildHeader(entries: readonly Entry[]): Buffer {
  const values = entries.map(([, value]) => encode(value));
  const store = Buffer.concat(values);
  const index = Buffer.alloc(8 + entries.length * 16);
  index.writeUInt32BE(entries.length, 0);
  index.writeUInt32BE(store.length, 4);
  let offset = 0;
  entries.forEach(([tag, value], i) => {
    [tag, typeOf(value), offset, Array.isArray(value) ? value.length : 1].forEach((word, j) => {
      index.writeUInt32BE(word, 8 + i * 16 + j * 4);
    });
    offset += values[i]?.length ?? 0;
  });
  return Buffer.concat([index, store]);
}
