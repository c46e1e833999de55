import { once } from 'node:events';
import { visibleText } from '../format/visible-text.ts';
import { unlessAborted } from '../io/on-abort.ts';

/** How often the progress line is redrawn, in milliseconds. */
const progressInterval = 100;

/** Characters to buffer before a write: one write per row would be slow. */
const writeSize = 64 * 1024;

/** Where a run writes for people and programs. The result goes to stdout, all else to stderr. */
export interface Console {
  readonly isTerminal: boolean;
  /** Columns of the terminal, or null if not known. */
  readonly width: number | null;
  readonly color: boolean;
  /** What was looked at; silent with --quiet. */
  readonly note: (message: string) => void;
  /** What went wrong: also with --quiet. */
  readonly warn: (message: string) => void;
  readonly progress: (done: number, total: number) => void;
  readonly clearProgress: () => void;
  readonly write: (text: Iterable<string>, signal: AbortSignal) => Promise<void>;
}

export interface ConsoleOptions {
  readonly quiet: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

export function openConsole({ quiet, color }: ConsoleOptions): Console {
  const { stdout, stderr, env } = process;
  const showsProgress = stderr.isTTY === true && !quiet;
  let drawn = 0;
  const clearProgress = () => {
    if (drawn > 0) stderr.write('\r\u001b[K');
    drawn = 0;
  };
  const say = (message: string) => {
    clearProgress();
    // Always on one line: a second line would look like another message.
    stderr.write(`${visibleText(message)}\n`);
  };
  return {
    isTerminal: stdout.isTTY === true,
    width: stdout.columns || null,
    color: color === 'always' || (color === 'auto' && stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'),
    note: (message) => {
      if (!quiet) say(message);
    },
    warn: say,
    progress: (done, total) => {
      const now = Date.now();
      if (!showsProgress || (done < total && now - drawn < progressInterval)) return;
      drawn = now;
      stderr.write(`\r\u001b[K${done} of ${total} containers`);
    },
    clearProgress,
    write: (text, signal) => writeAll(stdout, text, signal),
  };
}

async function writeAll(stream: NodeJS.WriteStream, text: Iterable<string>, signal: AbortSignal): Promise<void> {
  let buffered = '';
  for (const part of text) {
    buffered += part;
    if (buffered.length < writeSize) continue;
    if (!stream.write(buffered)) await unlessAborted(signal, once(stream, 'drain'));
    buffered = '';
  }
  // The callback comes once the text is out: nothing is lost on a pipe.
  const out = new Promise<void>((resolve, reject) => stream.write(buffered, (error) => (error ? reject(error) : resolve())));
  await unlessAborted(signal, out);
}
