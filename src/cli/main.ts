#!/usr/bin/env node
import { CommanderError } from 'commander';
import { visibleText } from '../format/visible-text.ts';
import { CollectError, UsageError } from '../model/errors.ts';
import { exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';

/** Runs what a command does, and turns how it ended into the exit code. */
export type Runner = (act: (signal: AbortSignal) => Promise<number>, flags: { readonly verbose?: boolean }) => Promise<void>;

/** The reason of a run that a signal ended. */
class Interruption extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

const interruption = new AbortController();

function interruptOn(signal: NodeJS.Signals, exitCode: number): void {
  process.once(signal, () => {
    interruption.abort(new Interruption(exitCode));
    // Whoever asks twice does not want to wait for what is being put away.
    process.once(signal, () => process.exit(exitCode));
  });
}

const run: Runner = async (act, { verbose = false }) => {
  try {
    process.exitCode = await act(interruption.signal);
  } catch (error) {
    process.exitCode = tell(error, verbose);
  }
};

/** Says what went wrong. Only of a bug, or with -v, a stack is shown. */
function tell(error: unknown, verbose: boolean): number {
  if (error instanceof Interruption) return error.exitCode;
  const isKnown = error instanceof UsageError || error instanceof CollectError;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const text = isKnown && !verbose ? message : (stack ?? message);
  for (const line of text.split('\n')) process.stderr.write(`${visibleText(line)}\n`);
  if (!isKnown) process.stderr.write('This is a bug in supercargo. Please report it with the lines above.\n');
  return exitCodes.trouble;
}

/** `supercargo … | head` ends quietly, as other programs do. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    process.stderr.write(`Cannot write to stdout: ${error.message}\n`);
    process.exit(exitCodes.trouble);
  });
}

async function main(): Promise<void> {
  interruptOn('SIGINT', exitCodes.interrupted);
  interruptOn('SIGTERM', exitCodes.terminated);
  endQuietlyOnClosedPipe();
  const program = createProgram(run);
  try {
    if (process.argv.length <= 2) program.outputHelp();
    else await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.trouble;
  }
}

await main();
