import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/**
 * Characters to buffer before a write: one write per row would be slow. What is buffered for longer than Node's collection of young objects
 * grows old with them: with a megabyte at a time, large reports took 50 MB more memory.
 */
const writeSize = 64 * 1024;

/** The bytes of a text, in few large parts. */
export function* buffered(text: Iterable<string>): Generator<Uint8Array> {
  let collected = '';
  for (const part of text) {
    collected += part;
    if (collected.length < writeSize) continue;
    yield Buffer.from(collected);
    collected = '';
  }
  yield Buffer.from(collected);
}

/** The same input gives the same bytes: zlib's header has no time and no name in it. */
export function gzipped(bytes: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Earlier errors come out of the returned stream.
  return pipeline(Readable.from(bytes), createGzip(), () => {});
}
