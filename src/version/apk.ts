import { byCodeUnits } from '../text/code-units.ts';
import { compareDigits, isDigit, isLowercase, type Membership, runEnd } from './runs.ts';
import { compareByTokens, type Token } from './tokens.ts';

/**
 * The order of apk-tools 3 for `number{.number}{letter}{_suffix{number}}{~hash}{-r#}` (apk-package(5)). Older
 * releases, apk-tools 2, differ in versions that are rare or invalid:
 * - it knows no `~hash`;
 * - after a dot it counts leading zeros, more of them sorting lower, so that 1.00 < 1.0; version 3 compares a number with a
 *   leading zero as text, so that 1.0 < 1.00 < 1.01 < 1.1;
 * - it accepts a number after the letter (6.6.2p1) and an empty one (1-r); to version 3 both are invalid;
 * - a version that becomes invalid sorts after one that ends there; in version 3, before it.
 *
 * To apk-tools 3, two versions that become invalid at the same place are equal, whatever follows. Here what follows is compared
 * as text, so that versions are not called equal only because they cannot be read.
 */
export function compareApkVersions(a: string, b: string): number {
  return a === b ? 0 : compareByTokens(a, b, { read: readToken, compareAlike: compareAlikeTokens });
}

// What sorts first when two versions differ in the kind of a token. The earlier in the grammar, the higher: 1.0.1 > 1.0a > 1.0_p1.
const rank = {
  preSuffix: 0,
  invalid: 1,
  end: 2,
  revision: 3,
  hash: 4,
  suffixNumber: 5,
  postSuffix: 6,
  letter: 7,
  number: 8,
  firstNumber: 9,
};

const preSuffixes = ['alpha', 'beta', 'pre', 'rc'];
const postSuffixes = ['cvs', 'svn', 'git', 'hg', 'p'];

const numbers = [rank.firstNumber, rank.number];
const suffixes = [rank.preSuffix, rank.postSuffix];
// What a suffix, a hash or a revision may follow.
const body = [...numbers, rank.letter, ...suffixes, rank.suffixNumber];
const beforeRevision = [...body, rank.hash];

const isLowercaseHexDigit: Membership = (code) => isDigit(code) || (code >= 0x61 && code <= 0x66);

function readToken(version: string, previous: Token | undefined): Token {
  const from = previous?.end ?? 0;
  if (from === version.length) {
    // Not even an empty version is valid, but there is nothing left of it to compare.
    return { rank: previous === undefined ? rank.invalid : rank.end, text: '', end: from };
  }
  return readValidToken(version, from, previous?.rank) ?? { rank: rank.invalid, text: version.slice(from), end: version.length };
}

function readValidToken(version: string, from: number, previous: number | undefined): Token | undefined {
  if (previous === undefined) {
    return readRun(rank.firstNumber, version, from, isDigit);
  }
  const follows = (kinds: readonly number[]) => kinds.includes(previous);
  switch (version[from]) {
    case '.':
      return follows(numbers) ? readRun(rank.number, version, from + 1, isDigit) : undefined;
    case '_':
      return follows(body) ? readSuffix(version, from + 1) : undefined;
    case '~':
      return follows(body) ? readRun(rank.hash, version, from + 1, isLowercaseHexDigit) : undefined;
    case '-':
      return follows(beforeRevision) && version[from + 1] === 'r' ? readRun(rank.revision, version, from + 2, isDigit) : undefined;
    default:
      return follows(suffixes) ? readRun(rank.suffixNumber, version, from, isDigit) : readLetter(version, from, follows(numbers));
  }
}

function readRun(kind: number, version: string, from: number, belongs: Membership): Token | undefined {
  const end = runEnd(version, from, belongs);
  return end === from ? undefined : { rank: kind, text: version.slice(from, end), end };
}

function readLetter(version: string, from: number, allowed: boolean): Token | undefined {
  const text = version.slice(from, from + 1);
  return allowed && isLowercase(text.charCodeAt(0)) ? { rank: rank.letter, text, end: from + 1 } : undefined;
}

function readSuffix(version: string, from: number): Token | undefined {
  const end = runEnd(version, from, isLowercase);
  const text = version.slice(from, end);
  if (preSuffixes.includes(text)) {
    return { rank: rank.preSuffix, text, end };
  }
  return postSuffixes.includes(text) ? { rank: rank.postSuffix, text, end } : undefined;
}

function compareAlikeTokens(kind: number, a: string, b: string): number {
  switch (kind) {
    case rank.firstNumber:
    case rank.suffixNumber:
    case rank.revision:
      return compareDigits(a, b);
    case rank.number:
      return a.startsWith('0') || b.startsWith('0') ? byCodeUnits(a, b) : compareDigits(a, b);
    case rank.preSuffix:
      return Math.sign(preSuffixes.indexOf(a) - preSuffixes.indexOf(b));
    case rank.postSuffix:
      return Math.sign(postSuffixes.indexOf(a) - postSuffixes.indexOf(b));
    default:
      return byCodeUnits(a, b);
  }
}
