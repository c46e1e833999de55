import { visibleText } from '../format/visible-text.ts';
import { CollectError, UsageError } from '../model/errors.ts';
import { inName } from './called-as.ts';
import { exitCodes } from './exit-code.ts';

/** Runs a command and turns its outcome into the exit code. */
export type Runner = (act: (signal: AbortSignal) => Promise<number>, flags: { readonly verbose?: boolean }) => Promise<void>;

/** The abort reason for a signal. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

/** `name` is what the program was called by; messages name commands. */
export function createRunner(signal: AbortSignal, name: string): Runner {
  return async (act, { verbose = false }) => {
    try {
      process.exitCode = await act(signal);
    } catch (error) {
      process.exitCode = tell(error, name, verbose);
    }
  };
}

/** Says what went wrong, with a stack only for a bug or with -v. */
function tell(error: unknown, name: string, verbose: boolean): number {
  if (error instanceof Interruption) return error.exitCode;
  const isKnown = error instanceof UsageError || error instanceof CollectError;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const text = inName(name, isKnown && !verbose ? message : (stack ?? message));
  for (const line of text.split('\n')) process.stderr.write(`${visibleText(line)}\n`);
  if (!isKnown) process.stderr.write('This is a bug in supercargo. Please report it with the lines above.\n');
  return exitCodes.trouble;
}
