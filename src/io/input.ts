import { closeSync, constants, createReadStream, open, openSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { onAbort, unlessAborted } from './on-abort.ts';
import { readUpTo } from './read-up-to.ts';

/** Opens a file that the user named. A named pipe opens once another process opens it for writing. */
export async function openInput(path: string, signal: AbortSignal): Promise<Readable> {
  return statSync(path).isFIFO() ? openPipe(path, 'read', signal) : createReadStream(path);
}

/** Reads a stream to its end, unless the run ends first. Longer input throws an error with the code of a string that is too long. */
export async function readInput(input: Readable, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const leave = onAbort(signal, (reason) => input.destroy(reason as Error));
  try {
    // A pipe or a device may never end.
    const { bytes, complete } = await unlessAborted(signal, readUpTo(input, maxBytes));
    if (complete) return bytes;
    throw Object.assign(new Error('longer than what is read'), { code: 'ERR_STRING_TOO_LONG' });
  } finally {
    leave();
  }
}

/**
 * Opens a named pipe once another process has opened its other end. Node waits for that in a thread, which no signal interrupts and which
 * keeps Node from exiting: so on abort, we open the other end ourselves.
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
    // A socket reads and writes without occupying a thread.
    const pipe = new Socket({ fd: descriptor, readable: to === 'read', writable: to === 'write' });
    if (signal.aborted) pipe.destroy();
    signal.throwIfAborted();
    return pipe;
  } finally {
    leave();
    if (otherEnd !== null) closeSync(otherEnd);
  }
}

/** Does not block. Null where this is not permitted: then only a second signal ends the run. */
function openBothEnds(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}
