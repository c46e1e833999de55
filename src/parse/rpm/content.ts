/** Some bytes, wherever they lie. Only what is asked for is fetched: most of a header, its lists of files, nobody wants. */
export interface Content {
  readonly length: number;
  /** Fewer bytes than asked for at its end, or where the file ended meanwhile. They are good until the next `read`. */
  readonly read: (start: number, length: number) => Uint8Array;
}

export function contentOf(bytes: Uint8Array): Content {
  return { length: bytes.length, read: (start, length) => bytes.subarray(start, start + length) };
}

/** The part of a content that begins there and is so long; it is no longer than the content. */
export function partOf(content: Content, start: number, length: number): Content {
  return { length, read: (from, count) => content.read(start + from, Math.max(Math.min(count, length - from), 0)) };
}
