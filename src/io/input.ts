import { closeSync, constants, createReadStream, open, openSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { onAbort, unlessAborted } from './on-abort.ts';
import { readUpTo } from './read-up-to.ts';

/** Opens a file that the user named; a named pipe as soon as somebody writes into it. */
export async function openInput(path: string, signal: AbortSignal): Promise<Readable> {
  return statSync(path).isFIFO() ? openPipe(path, 'read', signal) : createReadStream(path);
}

/** All of what a stream gives, unless the run ends before. What is longer is an error that has the code of a text that is too long. */
export async function readInput(input: Readable, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const leave = onAbort(signal, (reason) => input.destroy(reason as Error));
  try {
    // What comes through a pipe, or from a device, may never end.
    const { bytes, complete } = await unlessAborted(signal, readUpTo(input, maxBytes));
    if (complete) return bytes;
    throw Object.assign(new Error('longer than what is read'), { code: 'ERR_STRING_TOO_LONG' });
  } finally {
    leave();
  }
}

/**
 * Opens a named pipe, as soon as somebody has its other end. A thread waits for that, which no signal reaches and without which Node does
 * not end: when the run is aborted the other end is opened here.
 */
export async function openPipe(path: string, to: 'read' | 'write', signal: AbortSignal): Promise<Socket> {
  const { Socket } = await import('node:net');
  signal.throwIfAborted();
  let otherEnd: number | null = null;
  const leave = onAbort(signal, () => {
    otherEnd = openBothEnds(path);
  });
  try {
    const descriptor = await promisify(open)(path, to === 'read' ? constants.O_RDONLY : constants.O_WRONLY);
    // A socket reads and writes without a thread.
    const pipe = new Socket({ fd: descriptor, readable: to === 'read', writable: to === 'write' });
    if (signal.aborted) pipe.destroy();
    signal.throwIfAborted();
    return pipe;
  } finally {
    leave();
    if (otherEnd !== null) closeSync(otherEnd);
  }
}

/** Waits for nobody. Null where that is refused: then only a second signal ends the run. */
function openBothEnds(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}
