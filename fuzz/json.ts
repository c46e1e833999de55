import * as fc from 'fast-check';

export const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** JSON that has nothing to do with what is read. */
export const anyJson: fc.Arbitrary<Uint8Array> = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));

/** What the text says, or undefined where it is no JSON: the readers of answers get what was parsed. */
export function parsedJson(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON again; of what lies so deep that JSON.stringify gives up, any text will do. */
export function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return 'deep';
    throw error;
  }
}
