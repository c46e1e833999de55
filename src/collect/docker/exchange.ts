import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { isCut } from '../../io/cut-connection.ts';
import { onAbort } from '../../io/on-abort.ts';
import { wholeTimeOf } from '../answer.ts';

/** A request to an engine. */
export interface Asked {
  /** With its query, as it is sent. */
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** After so many milliseconds without a byte, or a multiple of that in all… */
  readonly timeoutMs: number;
  /** …it ends with this error, which says after how many. */
  readonly timeoutError: (milliseconds: number) => Error;
}

/**
 * One GET and its answer, whatever the status. Rejects with a connection error, or with the reason of the signal as it is. If the signal
 * aborts or a timeout occurs while the body is read, the answer is destroyed with that reason. Redirects are not followed.
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

/** Node stores the answer in its request as soon as its head has arrived. */
type SentRequest = ClientRequest & { readonly res?: IncomingMessage | null };

/** Whether the engine had closed the kept connection before the request arrived: nobody saw the request, and reading twice does no harm. */
function wasStale(request: SentRequest, error: Error): boolean {
  return request.reusedSocket && !request.res && isCut(error);
}

/** A report sends hundreds of small requests, so each gets as few listeners as possible. */
function watch(request: SentRequest, asked: Asked, stop: (reason: unknown) => void): void {
  const leaveSignal = onAbort(asked.signal, stop);
  let leaveSocket = () => {};
  // Starts once the request has a connection: waiting for a free one is not the engine's fault.
  request.once('socket', (socket) => {
    leaveSocket = watchTimes(request, socket, asked, stop);
  });
  request.once('close', () => {
    leaveSignal();
    leaveSocket();
  });
}

/** Stops a request that is silent for too long, or that takes too long although bytes arrive. The returned function ends the watch. */
function watchTimes(request: SentRequest, socket: Socket, { timeoutMs, timeoutError }: Asked, stop: (reason: unknown) => void): () => void {
  const onTimeout = () => {
    // When data waits here unread and the socket is paused, the reader is slow, not the engine.
    if (!socket.isPaused() && request.res?.complete !== true) stop(timeoutError(timeoutMs));
  };
  const restart = () => void socket.setTimeout(timeoutMs);
  // A connection reused from an earlier request has it already: what is sent counts as a byte.
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
