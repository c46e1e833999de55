import { byCodeUnits } from '../text/code-units.ts';
import { compareByParts, noneFirst } from './parts.ts';
import { compareDigits, isDigit, isLetter, type Membership, runEnd } from './runs.ts';
import { compareByTokens, type Token } from './tokens.ts';

/**
 * The order of pacman: epoch, then version, then release (vercmp(8), and libalpm's version.c). Letters directly after a number make an
 * earlier version: 1.0a < 1.0rc1 < 1.0 < 1.0.a < 1.0.1. It is modelled on the order that rpm had before `~` and `^`: here these are
 * separators, like all other characters.
 *
 * Two things differ, since sorting needs an order without cycles. To pacman, a version without a release equals the same version with
 * any release; here it sorts before them. And with separators at the end, which no version has, pacman says 1.1 < 1..a < 1. < 1.1.
 */
export function compareAlpmVersions(a: string, b: string): number {
  return compareByParts(a, b, compareSegments, noneFirst(compareSegments));
}

const compareSegments = (a: string, b: string) => compareByTokens(a, b, { read: readSegment, compareAlike: compareAlikeSegments });

const isSeparator: Membership = (code) => !isDigit(code) && !isLetter(code);

// What sorts first after the same number of separators.
const kinds = { letters: 0, end: 1, digits: 2 };
const kindCount = 3;

/** A run of digits or of letters, with the separators before it: the fewer there are, the earlier it sorts. */
function readSegment(version: string, previous: Token | undefined): Token {
  const from = previous?.end ?? 0;
  const start = runEnd(version, from, isSeparator);
  const code = version.charCodeAt(start);
  const kind = isDigit(code) ? 'digits' : isLetter(code) ? 'letters' : 'end';
  const end = kind === 'end' ? start : runEnd(version, start, kind === 'digits' ? isDigit : isLetter);
  return { rank: (start - from) * kindCount + kinds[kind], text: version.slice(from, end), end };
}

function compareAlikeSegments(rank: number, a: string, b: string): number {
  const separators = Math.floor(rank / kindCount);
  switch (rank % kindCount) {
    case kinds.digits:
      return compareDigits(a.slice(separators), b.slice(separators));
    case kinds.letters:
      return byCodeUnits(a.slice(separators), b.slice(separators));
    default:
      return 0;
  }
}
