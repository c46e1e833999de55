/** Some bytes, wherever they are. Only what is requested is fetched: most of a header is lists of files, which nobody needs. */
export interface Content {
  readonly length: number;
  /** Fewer bytes than requested at its end, or if the file was truncated meanwhile. Valid until the next `read`. */
  readonly read: (start: number, length: number) => Uint8Array;
}

export function contentOf(bytes: Uint8Array): Content {
  return { length: bytes.length, read: (start, length) => bytes.subarray(start, start + length) };
}

/** The part of a content with this start and length; it must lie within the content. */
export function partOf(content: Content, start: number, length: number): Content {
  return { length, read: (from, count) => content.read(start + from, Math.max(Math.min(count, length - from), 0)) };
}
