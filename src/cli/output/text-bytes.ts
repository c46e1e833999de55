import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/**
 * Characters that are collected before they go on: one write a row would be slow. What is collected for longer than Node collects its young
 * objects grows old with them: of a megabyte at a time large reports took 50 MB more memory.
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

/** The same bytes of the same bytes: the header that zlib writes has no time and no name in it. */
export function gzipped(bytes: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // What goes wrong before it comes out of the stream that is returned.
  return pipeline(Readable.from(bytes), createGzip(), () => {});
}
