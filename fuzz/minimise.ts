/** A finding is made no smaller after so many tries: it is for a person to read, and not for a record. */
const maxTries = 2000;
const maxMilliseconds = 20_000;

/** A smaller input that does the same. Parts are left out, large ones first, as long as the finding stays. */
export async function minimise(input: Buffer, isStillFound: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  const end = Date.now() + maxMilliseconds;
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      if (++tries > maxTries || Date.now() > end) return best;
      const smaller = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await isStillFound(smaller)) best = smaller;
      else at += size;
    }
  }
  return best;
}
