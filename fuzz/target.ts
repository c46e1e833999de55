import { isDeepStrictEqual } from 'node:util';
import type * as fc from 'fast-check';

/**
 * One reader of what comes from outside, with what must hold whatever it is given. An input is one piece of bytes: so it can
 * lie in a file, and a finding be run again.
 */
export interface Target {
  readonly id: string;
  /** Real inputs, from which the search begins. */
  readonly seeds: () => readonly Uint8Array[];
  /** Inputs in the shape of the grammar, and beside it. */
  readonly shaped: fc.Arbitrary<Uint8Array>;
  /** Words of the grammar, for mutations to put in. */
  readonly words: readonly string[];
  /** Whether inputs are JSON: then they are changed as such too, keys, values and all. */
  readonly isJson?: boolean;
  /** Whether a run takes some milliseconds, as of a whole way from answers to an inventory: with --inputs it gets a tenth of them. */
  readonly isHeavy?: boolean;
  /** Calls what is tested, and throws when an invariant does not hold. */
  readonly run: (input: Buffer) => void | Promise<void>;
}

/** An invariant that did not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what);
}

/** What it gives, which must be the same a second time. */
export function sameTwice<Result>(act: () => Result): Result {
  const result = act();
  holds(isDeepStrictEqual(act(), result), 'twice the same input gives two results');
  return result;
}

type ErrorClass = abstract new (...values: never[]) => Error;

/** What it gives, or null where it refuses with an error of the kinds that are promised; any other error is a finding. */
export async function orRefused<Result>(refusals: readonly ErrorClass[], act: () => Result | Promise<Result>): Promise<Result | null> {
  try {
    return await act();
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    const { message } = error as Error;
    holds(message !== '' && !/\bundefined\b|\[object /.test(message), `a refusal that says nothing: ${message}`);
    return null;
  }
}

/** Several texts or files in one input, with their lengths before them, and apart again. Of damaged lengths something comes too. */
export function pack(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
}

function lengthOf({ length }: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

export function unpack(input: Buffer, count: number): Buffer[] {
  let rest = input;
  return Array.from({ length: count }, () => {
    const length = rest.length < 4 ? 0 : rest.readUInt32LE();
    const part = rest.subarray(4, 4 + length);
    rest = rest.subarray(4 + length);
    return part;
  });
}
