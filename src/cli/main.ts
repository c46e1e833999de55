import { CommanderError } from 'commander';
import { calledAs } from './called-as.ts';
import { completionText } from './complete.ts';
import { exitCodes } from './exit-code.ts';
import { withoutHelpCommand } from './help-words.ts';
import { createProgram } from './program.ts';
import { createRunner, Interruption } from './runner.ts';

const interruption = new AbortController();

function interruptOn(signal: NodeJS.Signals, exitCode: number): void {
  process.once(signal, () => {
    interruption.abort(new Interruption(exitCode));
    // A second signal means: do not wait for the cleanup, nor, as process.exit does, for a thread that waits for a file.
    process.once(signal, () => {
      process.kill(process.pid, signal);
      // The first process of a container survives signals that it does not handle.
      process.exit(exitCode);
    });
  });
}

/** `supercargo … | head` ends quietly, as other programs do. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    process.stderr.write(`Cannot write to stdout: ${error.message}\n`);
    process.exit(exitCodes.trouble);
  });
}

/** If stderr fails (a full disk, a closed pipe), the result is still printed, as kubectl does. */
function printWithoutStderr(): void {
  process.stderr.on('error', () => {});
}

/**
 * Exits once all is written. Otherwise Node first frees its memory page by page, which takes longer than printing a table, and waits for
 * abandoned connections, such as one through a silent proxy.
 */
function exitWhenWritten(): void {
  // There may be no reader left.
  if (interruption.signal.aborted) process.exit();
  process.stdout.write('', () => process.exit());
}

async function main(): Promise<void> {
  interruptOn('SIGINT', exitCodes.interrupted);
  interruptOn('SIGTERM', exitCodes.terminated);
  endQuietlyOnClosedPipe();
  printWithoutStderr();
  const { name, isCompleting } = calledAs(process.argv[1]);
  const program = createProgram(createRunner(interruption.signal, name), name, isCompleting ? '' : process.argv[2]);
  try {
    if (isCompleting) process.stdout.write(completionText(program, process.argv.slice(2)));
    else if (process.argv.length <= 2) program.outputHelp();
    else await program.parseAsync(withoutHelpCommand(program, process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.trouble;
  }
  exitWhenWritten();
}

main();
