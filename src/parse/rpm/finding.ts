import type { Content } from './content.ts';

/** What can be wrong with an rpm database. The codes are API. */
export const rpmCodes = {
  emptyFile: 'parse/rpm-empty-file',
  unknownFormat: 'parse/rpm-unknown-format',
  unsupported: 'parse/rpm-unsupported',
  truncated: 'parse/rpm-truncated',
  damagedFile: 'parse/rpm-damaged-file',
  damagedPage: 'parse/rpm-damaged-page',
  damagedRecord: 'parse/rpm-damaged-record',
  damagedHeader: 'parse/rpm-damaged-header',
  damagedLog: 'parse/rpm-damaged-log',
  noTable: 'parse/rpm-no-table',
  noPackages: 'parse/rpm-no-packages',
  manyProblems: 'parse/rpm-many-problems',
  manyPackages: 'parse/rpm-many-packages',
} as const;
export type RpmCode = (typeof rpmCodes)[keyof typeof rpmCodes];

export interface Problem {
  readonly kind: 'problem';
  readonly severity: 'error' | 'warning';
  readonly code: RpmCode;
  readonly message: string;
}

/** The header of one package, as it is in the database. */
export interface HeaderBlob {
  readonly kind: 'header';
  /** The number that the database gives the record. */
  readonly record: number;
  /** Valid until the next finding is taken: the memory is reused. */
  readonly blob: Content;
}

/** What a reader of one file format finds, in file order. */
export type Finding = HeaderBlob | Problem;

/** Why something could not be read. */
export interface Damage {
  readonly damage: string;
}

export function isDamage<T>(value: T | Damage): value is Damage {
  return typeof value === 'object' && value !== null && 'damage' in value;
}

export function error(code: RpmCode, message: string): Problem {
  return { kind: 'problem', severity: 'error', code, message };
}

export function warning(code: RpmCode, message: string): Problem {
  return { kind: 'problem', severity: 'warning', code, message };
}

export function damagedRecord(record: number, { damage }: Damage): Problem {
  return error(rpmCodes.damagedRecord, `Record ${record} cannot be read: ${damage}.`);
}
