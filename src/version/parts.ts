import { isDigit, runEnd } from './runs.ts';

export interface VersionParts {
  /** Digits; empty where there is none, which counts as zero. */
  readonly epoch: string;
  readonly upstream: string;
  /** What dpkg calls the revision and rpm the release; null where there is none. */
  readonly revision: string | null;
}

/**
 * Splits `[epoch:]upstream[-revision]` as dpkg and rpm do: the epoch is the digits before a first colon, the revision follows the
 * last hyphen. A colon after anything but digits is a part of the upstream version, as in rpm; dpkg calls such a version invalid.
 */
export function splitVersion(version: string): VersionParts {
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
