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
    // Whoever asks twice does not want to wait for what is being put away. Nor for a thread that waits for a file, as process.exit does.
    process.once(signal, () => {
      process.kill(process.pid, signal);
      // The first process of a container is not ended by a signal that it does not take.
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

/** That nobody can be told anything, on a full disk or in a closed pipe, costs no result: kubectl prints it all the same. */
function printWithoutStderr(): void {
  process.stderr.on('error', () => {});
}

/**
 * When all is written. Else Node first gives back its memory page by page, which takes longer than to print a table, and waits for
 * connections that were given up, such as one by a proxy that says nothing.
 */
function exitWhenWritten(): void {
  // Nobody may be reading any more.
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
