import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { isCut } from '../../io/cut-connection.ts';
import { onAbort } from '../../io/on-abort.ts';
import { wholeTimeOf } from '../answer.ts';

/** What an engine is asked. */
export interface Asked {
  /** With its query, as it goes out. */
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** After so many milliseconds without a byte, or some times as many in all… */
  readonly timeoutMs: number;
  /** …it ends with this error, which says after how many. */
  readonly timeoutError: (milliseconds: number) => Error;
}

/**
 * One GET and its answer, whatever its status. Rejects with what the connection ended with, and with the reason of the signal as it is.
 * A signal or a timeout that comes while the body is read destroys the answer with that reason. Redirects are not followed.
 */
export function exchange(agent: Agent, asked: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.signal.throwIfAborted();
    const sent: SentRequest = request({ agent, method: 'GET', path: asked.path, headers: { Host: asked.host } });
    sent.once('response', resolve);
    sent.on('error', (error) => (wasStale(sent, error) ? resolve(exchange(agent, asked)) : reject(error)));
    watch(sent, asked, (reason) => {
      reject(reason);
      stopRequest(sent, reason);
    });
    sent.end();
  });
}

/** Node notes the answer at its request, as soon as its head is there. */
type SentRequest = ClientRequest & { readonly res?: IncomingMessage | null };

/** The engine had closed the kept connection before the request came: nobody has seen it, and reading twice does no harm. */
function wasStale(request: SentRequest, error: Error): boolean {
  return request.reusedSocket && !request.res && isCut(error);
}

/** A report asks hundreds of small questions: as few listeners as can be for each of them. */
function watch(request: SentRequest, asked: Asked, stop: (reason: unknown) => void): void {
  const leaveSignal = onAbort(asked.signal, stop);
  let leaveSocket = () => {};
  // Counts from the moment when the request has its connection: a request that waits for a free one is not the engine's fault.
  request.once('socket', (socket) => {
    leaveSocket = watchTimes(request, socket, asked, stop);
  });
  request.once('close', () => {
    leaveSignal();
    leaveSocket();
  });
}

/** Stops what is silent for too long, and what goes on for too long while bytes come. What is given ends the watch. */
function watchTimes(request: SentRequest, socket: Socket, { timeoutMs, timeoutError }: Asked, stop: (reason: unknown) => void): () => void {
  const onTimeout = () => {
    // What has come lies here unread, and nothing more is taken from the connection: the reader is slow, not the engine.
    if (!socket.isPaused() && request.res?.complete !== true) stop(timeoutError(timeoutMs));
  };
  const restart = () => void socket.setTimeout(timeoutMs);
  // A connection that goes from one request to the next has it: what is sent counts as a byte.
  if (socket.timeout !== timeoutMs) restart();
  socket.on('timeout', onTimeout).on('resume', restart);
  const wholeTime = wholeTimeOf(timeoutMs);
  const timer = setTimeout(() => stop(timeoutError(wholeTime)), wholeTime).unref();
  return () => {
    clearTimeout(timer);
    socket.off('timeout', onTimeout).off('resume', restart);
  };
}

function stopRequest(request: SentRequest, reason: unknown): void {
  const error = reason instanceof Error ? reason : undefined;
  request.res?.destroy(error);
  request.destroy(error);
}
