/** A piece of a version. Tokens are ordered by kind first, and within a kind by its own rule. */
export interface Token {
  /** The place of the token's kind among the kinds, lowest first. */
  readonly rank: number;
  /** What is compared. Only the token that marks the end of the version has no text. */
  readonly text: string;
  /** Where in the version the next token begins. */
  readonly end: number;
}

/** How to split a version into tokens, and how to order two of the same rank. */
export interface TokenOrder {
  /** The token after `previous`, which is undefined at the beginning; past the end, the token that marks the end. */
  readonly read: (version: string, previous: Token | undefined) => Token;
  /** Orders the texts of two tokens of one rank: -1, 0 or 1. */
  readonly compareAlike: (rank: number, a: string, b: string) => number;
}

/**
 * Orders two versions by the first token in which they differ: -1, 0 or 1. Since ranks, and tokens of one rank, are totally ordered,
 * so are the versions. Reads no further than it must.
 */
export function compareByTokens(a: string, b: string, { read, compareAlike }: TokenOrder): number {
  let left = read(a, undefined);
  let right = read(b, undefined);
  while (true) {
    const order = Math.sign(left.rank - right.rank) || compareAlike(left.rank, left.text, right.text);
    if (order !== 0 || left.text === '') {
      return order;
    }
    left = read(a, left);
    right = read(b, right);
  }
}
