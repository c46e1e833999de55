import type { ParseDiagnostic } from './parser.ts';

/** A damaged database can hold a million broken records or files: the first are listed one by one, the rest are counted. */
const toldOneByOne = 10;

/** Collects what is unreadable or odd in a database. Its output is bounded, whatever the database holds, in one file or many. */
export interface Losses {
  /** A record that is missing from the result. */
  readonly add: (path: string, message: string) => void;
  /** A record that is odd: it is in the result, or rightly left out. */
  readonly warn: (path: string, message: string) => void;
  readonly diagnostics: () => readonly ParseDiagnostic[];
}

export function lossesOf(code: string): Losses {
  const told: ParseDiagnostic[] = [];
  const untold = { error: 0, warning: 0 };
  let last = '';
  const tell = (severity: ParseDiagnostic['severity'], path: string, message: string) => {
    last = path;
    if (told.length < toldOneByOne) told.push({ severity, code, message, path });
    else untold[severity]++;
  };
  const counted = (severity: ParseDiagnostic['severity'], what: string) =>
    untold[severity] === 0 ? [] : [{ severity, code, message: `${untold[severity]} more records ${what}.`, path: last }];
  return {
    add: (path, message) => tell('error', path, message),
    warn: (path, message) => tell('warning', path, message),
    diagnostics: () => [...told, ...counted('error', 'could not be read'), ...counted('warning', 'are odd')],
  };
}
