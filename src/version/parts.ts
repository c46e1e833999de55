import { compareDigits, isDigit, runEnd } from './runs.ts';

interface VersionParts {
  /** Digits; empty if there is none, which counts as zero. */
  readonly epoch: string;
  readonly upstream: string;
  /** What dpkg calls the revision, and rpm and pacman the release; null if there is none. */
  readonly revision: string | null;
}

/**
 * Splits `[epoch:]upstream[-revision]` as dpkg, rpm and pacman do: the epoch is the digits before a first colon, the revision follows the
 * last hyphen. A colon after anything but digits is part of the upstream version, as in rpm; dpkg calls such a version invalid.
 */
function splitVersion(version: string): VersionParts {
  const digitsEnd = runEnd(version, 0, isDigit);
  const hasEpoch = version[digitsEnd] === ':';
  const rest = hasEpoch ? version.slice(digitsEnd + 1) : version;
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? version.slice(0, digitsEnd) : '',
    upstream: hyphen === -1 ? rest : rest.slice(0, hyphen),
    revision: hyphen === -1 ? null : rest.slice(hyphen + 1),
  };
}

type Order<T> = (a: T, b: T) => number;

/** An order in which a missing text comes first. */
export function noneFirst(order: Order<string>): Order<string | null> {
  return (a, b) => (a === null || b === null ? Number(a !== null) - Number(b !== null) : order(a, b));
}

/** Whether a version has a revision, or release. */
export const hasRevision = (version: string) => splitVersion(version).revision !== null;

/** The version without its revision, or release. */
export const withoutRevision = (version: string) => (hasRevision(version) ? version.slice(0, version.lastIndexOf('-')) : version);

/** The order of dpkg, rpm and pacman, which differ in how they compare the parts: epoch, then upstream version, then revision. */
export function compareByParts(a: string, b: string, upstream: Order<string>, revision: Order<string | null>): number {
  if (a === b) {
    return 0;
  }
  const left = splitVersion(a);
  const right = splitVersion(b);
  return compareDigits(left.epoch, right.epoch) || upstream(left.upstream, right.upstream) || revision(left.revision, right.revision);
}
