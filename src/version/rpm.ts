import { byCodeUnits } from '../text/code-units.ts';
import { compareByParts, noneFirst } from './parts.ts';
import { compareDigits, isDigit, isLetter, type Membership, runEnd } from './runs.ts';
import { compareByTokens, type Token } from './tokens.ts';

/**
 * The order of rpm: epoch, then version, then release. An absent epoch equals 0; a version without a release sorts before the same
 * version with any release, even an empty one. Takes any string, as rpm does.
 */
export function compareRpmVersions(a: string, b: string): number {
  return compareByParts(a, b, compareRpmSegments, noneFirst(compareRpmSegments));
}

/**
 * The order of a version alone, or of a release alone; rpm calls it `rpmvercmp`. Only runs of digits, runs of letters, `~` and `^`
 * count: all other characters, including those outside ASCII, only separate.
 */
export function compareRpmSegments(a: string, b: string): number {
  return compareByTokens(a, b, { read: readSegment, compareAlike: compareAlikeSegments });
}

// `~` sorts before the end of the string and `^` right after it; letters sort before digits.
const rank = { tilde: 0, end: 1, caret: 2, letters: 3, digits: 4 };

const isSeparator: Membership = (code) => !isDigit(code) && !isLetter(code) && code !== 0x7e && code !== 0x5e;

function readSegment(version: string, previous: Token | undefined): Token {
  const from = runEnd(version, previous?.end ?? 0, isSeparator);
  const code = version.charCodeAt(from);
  if (isDigit(code)) {
    return segment(rank.digits, version, from, runEnd(version, from, isDigit));
  }
  if (isLetter(code)) {
    return segment(rank.letters, version, from, runEnd(version, from, isLetter));
  }
  if (from === version.length) {
    return segment(rank.end, version, from, from);
  }
  return segment(version[from] === '~' ? rank.tilde : rank.caret, version, from, from + 1);
}

function segment(kind: number, version: string, from: number, end: number): Token {
  return { rank: kind, text: version.slice(from, end), end };
}

function compareAlikeSegments(kind: number, a: string, b: string): number {
  return kind === rank.digits ? compareDigits(a, b) : byCodeUnits(a, b);
}
