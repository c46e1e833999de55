import type { ParseDiagnostic } from './parser.ts';

/** A damaged file can hold a million broken records: the first are told one by one, the rest is counted. */
const toldOneByOne = 10;

/** Takes down what of a file could not be read; its output is bounded whatever the file holds. */
export interface Losses {
  readonly add: (message: string) => void;
  readonly diagnostics: () => readonly ParseDiagnostic[];
}

export function lossesOf(path: string, code: string): Losses {
  const told: ParseDiagnostic[] = [];
  let more = 0;
  return {
    add(message) {
      if (told.length < toldOneByOne) told.push({ severity: 'error', code, message, path });
      else more++;
    },
    diagnostics: () =>
      more === 0 ? told : [...told, { severity: 'error', code, message: `${more} more records could not be read.`, path }],
  };
}
