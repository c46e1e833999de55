import { byCodeUnits } from '../text/code-units.ts';
/** Says whether a UTF-16 code unit belongs to a run. */
export type Membership = (code: number) => boolean;

// The package tools read ASCII only, whatever the locale.
export const isDigit: Membership = (code) => code >= 0x30 && code <= 0x39;
export const isLowercase: Membership = (code) => code >= 0x61 && code <= 0x7a;
export const isLetter: Membership = (code) => isLowercase(code) || (code >= 0x41 && code <= 0x5a);

/** Where the run that begins at `from` ends: `from` itself when not even the first character belongs to it. */
export function runEnd(text: string, from: number, belongs: Membership): number {
  let at = from;
  while (at < text.length && belongs(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

/** Order of two runs of digits by value: -1, 0 or 1. They may be longer than any number type holds; an empty run is zero. */
export function compareDigits(a: string, b: string): number {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  return Math.sign(left.length - right.length) || byCodeUnits(left, right);
}

function withoutLeadingZeros(digits: string): string {
  return digits.slice(runEnd(digits, 0, (code) => code === 0x30));
}
