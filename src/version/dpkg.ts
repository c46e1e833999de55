import { compareByParts } from './parts.ts';
import { compareDigits, isDigit, isLetter, type Membership, runEnd } from './runs.ts';

const isNoDigit: Membership = (code) => !isDigit(code);

/**
 * The order of dpkg, as deb-version(7) describes it: epoch, then upstream version, then revision. An absent revision equals `0`.
 * Takes any string: what dpkg would reject is read by the same rules.
 */
export function compareDpkgVersions(a: string, b: string): number {
  return compareByParts(a, b, comparePart, compareRevisions);
}

function compareRevisions(a: string | null, b: string | null): number {
  return comparePart(a ?? '', b ?? '');
}

/** Text and numbers alternate, text first; either may be empty. */
function comparePart(a: string, b: string): number {
  let atA = 0;
  let atB = 0;
  while (atA < a.length || atB < b.length) {
    const digitsA = runEnd(a, atA, isNoDigit);
    const digitsB = runEnd(b, atB, isNoDigit);
    const endA = runEnd(a, digitsA, isDigit);
    const endB = runEnd(b, digitsB, isDigit);
    const order =
      compareNonDigits(a.slice(atA, digitsA), b.slice(atB, digitsB)) || compareDigits(a.slice(digitsA, endA), b.slice(digitsB, endB));
    if (order !== 0) {
      return order;
    }
    atA = endA;
    atB = endB;
  }
  return 0;
}

function compareNonDigits(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = weigh(a.charCodeAt(at)) - weigh(b.charCodeAt(at));
    if (difference !== 0) {
      return Math.sign(difference);
    }
  }
  return 0;
}

const TILDE = 0x7e;

// Letters sort before all other characters, and a tilde before everything, even the end of the part.
function weigh(code: number): number {
  if (Number.isNaN(code)) {
    return 0;
  }
  if (code === TILDE) {
    return -1;
  }
  return isLetter(code) ? code : code + 0x100;
}
