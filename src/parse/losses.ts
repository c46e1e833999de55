import type { ParseDiagnostic } from './parser.ts';

/** A damaged file can hold a million broken records: the first are told one by one, the rest is counted. */
const toldOneByOne = 10;

/** Takes down what of a file could not be read, or is odd; its output is bounded whatever the file holds. */
export interface Losses {
  /** A record that is missing from the result. */
  readonly add: (message: string) => void;
  /** A record that is in the result, and odd. */
  readonly warn: (message: string) => void;
  readonly diagnostics: () => readonly ParseDiagnostic[];
}

export function lossesOf(path: string, code: string): Losses {
  const told: ParseDiagnostic[] = [];
  const untold = { error: 0, warning: 0 };
  const tell = (severity: ParseDiagnostic['severity'], message: string) => {
    if (told.length < toldOneByOne) told.push({ severity, code, message, path });
    else untold[severity]++;
  };
  const counted = (severity: ParseDiagnostic['severity'], what: string) =>
    untold[severity] === 0 ? [] : [{ severity, code, message: `${untold[severity]} more records ${what}.`, path }];
  return {
    add: (message) => tell('error', message),
    warn: (message) => tell('warning', message),
    diagnostics: () => [...told, ...counted('error', 'could not be read'), ...counted('warning', 'have no version')],
  };
}
