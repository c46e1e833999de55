import type { IncomingMessage } from 'node:http';

/** Two blocks of zeros: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
const endBytes = 2 * 512;

/**
 * Watches whether an incoming archive ends properly. One that was cut between two files would otherwise look like an archive of fewer
 * files: a reader of tar streams does not require the end.
 */
export function watchEnd(response: IncomingMessage): () => boolean {
  let zeros = 0;
  response.on('data', (chunk: Buffer) => {
    const tail = chunk.subarray(-endBytes);
    const end = tail.findLastIndex((byte) => byte !== 0);
    zeros = end < 0 ? zeros + tail.length : tail.length - 1 - end;
  });
  return () => zeros >= endBytes;
}
