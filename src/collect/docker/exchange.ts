import { setMaxListeners } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type Docker from 'dockerode';

type Modem = Docker['modem'];

/** node:http hands each request to its agent by this method; it is not in the types. */
interface RequestTaker {
  readonly addRequest: (request: ClientRequest, ...rest: unknown[]) => void;
}

export interface Exchange {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** After so many milliseconds without a byte… */
  readonly timeoutMs: number;
  /** …it ends with this error. */
  readonly timeoutError: () => Error;
}

/**
 * One request and its answer, whatever its status. Rejects with what the connection ended with, and with the reason of the signal as it is.
 * A signal or a timeout that comes while the body is read destroys the answer with that reason.
 */
export function exchange(modem: Modem, agent: Agent, asked: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.signal?.throwIfAborted();
    let sent: ClientRequest | undefined;
    const onRequest = (request: ClientRequest) => {
      sent = request;
      watch(request, asked, reject);
    };
    const own = Object.create(modem, { agent: { value: withRequests(agent, onRequest) } }) as Modem;
    const { method, path, headers } = asked;
    own.dial({ ...dialPath(path), method, headers: { ...headers }, isStream: true, statusCodes: anyStatus }, (error, response) => {
      if (!error) resolve(response as IncomingMessage);
      else if (wasStale(sent, error)) resolve(exchange(modem, agent, asked));
      else reject(error);
    });
  });
}

/** The engine had closed the kept connection before the request came: nobody has seen it, and reading twice does no harm. */
function wasStale(request: ClientRequest | undefined, error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return request?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
}

function watch(request: ClientRequest, { signal, timeoutMs, timeoutError }: Exchange, reject: (reason: unknown) => void): void {
  const stop = (reason: unknown) => {
    reject(reason);
    stopRequest(request, reason);
  };
  stayHere(request);
  keepConnectionOfHead(request);
  watchSignal(request, signal, stop);
  watchIdle(request, timeoutMs, () => stop(timeoutError()));
}

/**
 * docker-modem gives a path without "?" on as it is. From one with "?" it cuts the last character when it gets no options to
 * write after it, for dockerode's own paths end with a bare "?". So the query gets a character to be cut.
 */
function dialPath(path: string): { readonly path: string } {
  return { path: path.includes('?') ? `${path}&` : path };
}

/** docker-modem reads the body of a status that it is not told of into one string without a cap: it is told of every one. */
const anyStatus: Record<number, true> = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [100 + index, true]));

/** The agent, with a look at each request that goes to it. */
function withRequests(agent: Agent, onRequest: (request: ClientRequest) => void): Agent {
  const taker = agent as unknown as RequestTaker;
  const addRequest: RequestTaker['addRequest'] = (request, ...rest) => {
    onRequest(request);
    if (!request.destroyed) taker.addRequest(request, ...rest);
  };
  return Object.create(agent, {
    addRequest: { value: addRequest },
    // For its debug log docker-modem writes out what it sends, also when nobody reads that: every socket of the agent, every time.
    [inspect.custom]: { value: () => 'Agent' },
  }) as Agent;
}

/** docker-modem follows a redirect, to any machine, and nobody hears how that ends. Without a location it does not. */
function stayHere(request: ClientRequest): void {
  request.prependOnceListener('response', (response: IncomingMessage) => {
    delete response.headers.location;
  });
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

function stopRequest(request: ClientRequest, reason: unknown): void {
  const error = reason instanceof Error ? reason : undefined;
  const response = (request as ClientRequest & { readonly res?: IncomingMessage | null }).res;
  response?.destroy(error);
  request.destroy(error);
}
