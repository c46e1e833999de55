import { setMaxListeners } from 'node:events';
import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { wholeTimeOf } from '../answer.ts';

export interface Exchange {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** After so many milliseconds without a byte, or some times as many in all… */
  readonly timeoutMs: number;
  /** …it ends with this error, which says after how many. */
  readonly timeoutError: (milliseconds: number) => Error;
}

/**
 * One request and its answer, whatever its status. Rejects with what the connection ended with, and with the reason of the signal as it is.
 * A signal or a timeout that comes while the body is read destroys the answer with that reason. Redirects are not followed.
 */
export function exchange(agent: Agent, asked: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.signal?.throwIfAborted();
    const { method, path, headers } = asked;
    const sent = request({ agent, method, path, headers: { ...headers } });
    sent.once('response', resolve);
    sent.on('error', (error) => (wasStale(sent, error) ? resolve(exchange(agent, asked)) : reject(error)));
    watch(sent, asked, reject);
    sent.end();
  });
}

/** The engine had closed the kept connection before the request came: nobody has seen it, and reading twice does no harm. */
function wasStale(request: ClientRequest, error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}

function watch(request: ClientRequest, { signal, timeoutMs, timeoutError }: Exchange, reject: (reason: unknown) => void): void {
  const stop = (reason: unknown) => {
    reject(reason);
    stopRequest(request, reason);
  };
  keepConnectionOfHead(request);
  watchSignal(request, signal, stop);
  watchIdle(request, timeoutMs, () => stop(timeoutError(timeoutMs)));
  watchWhole(request, wholeTimeOf(timeoutMs), () => stop(timeoutError(wholeTimeOf(timeoutMs))));
}

/**
 * Node reads the answer to HEAD as one that ends with its connection when it has no Content-Length, as Docker's for archives, and closes
 * it. It has no body at all (RFC 9112, 6.3): the connection is good for the next. Over ssh a new one costs half a second.
 */
function keepConnectionOfHead(request: ClientRequest): void {
  request.prependOnceListener('response', ({ headers, httpVersion }: IncomingMessage) => {
    if (request.method === 'HEAD' && httpVersion === '1.1' && headers.connection !== 'close') request.shouldKeepAlive = true;
  });
}

function watchSignal(request: ClientRequest, signal: AbortSignal | undefined, stop: (reason: unknown) => void): void {
  if (signal === undefined) return;
  const onAbort = () => stop(signal.reason);
  // One signal serves the whole run; more than ten requests at a time are no leak to be warned of.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
  request.once('close', () => signal.removeEventListener('abort', onAbort));
  if (signal.aborted) onAbort();
}

/** Counts from the moment when the request has its connection: a request that waits for a free one is not the engine's fault. */
function watchIdle(request: ClientRequest, timeoutMs: number, onIdle: () => void): void {
  let response: IncomingMessage | undefined;
  request.once('response', (answer: IncomingMessage) => {
    response = answer;
  });
  request.once('socket', (socket: Socket) => {
    const onTimeout = () => {
      // What has come lies here unread, and nothing more is taken from the connection: the reader is slow, not the engine.
      if (!socket.isPaused() && response?.complete !== true) onIdle();
    };
    const restart = () => void socket.setTimeout(timeoutMs);
    restart();
    socket.on('timeout', onTimeout).on('resume', restart);
    request.once('close', () => void socket.off('timeout', onTimeout).off('resume', restart));
  });
}

/** Counts from the same moment, and goes on while bytes come. */
function watchWhole(request: ClientRequest, milliseconds: number, onEnd: () => void): void {
  request.once('socket', () => {
    const timer = setTimeout(onEnd, milliseconds).unref();
    request.once('close', () => clearTimeout(timer));
  });
}

function stopRequest(request: ClientRequest, reason: unknown): void {
  const error = reason instanceof Error ? reason : undefined;
  const response = (request as ClientRequest & { readonly res?: IncomingMessage | null }).res;
  response?.destroy(error);
  request.destroy(error);
}
