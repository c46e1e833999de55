import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { isCut } from '../../io/cut-connection.ts';
import { onAbort, unlessAborted } from '../../io/on-abort.ts';
import { pause } from '../../io/pause.ts';
import { CollectError } from '../../model/errors.ts';
import { inOneLine } from '../../text/one-line.ts';
import { checkAnswer, wholeTimeOf } from '../answer.ts';
import { ListAnswer, StatusAnswer } from './answers.ts';
import { authenticate, MissingCredentials, secretsOf } from './credentials.ts';
import { type GetPage, listPages, OverlongAnswer } from './pages.ts';
import { refusalOf } from './read-path.ts';

/**
 * 500 pods are about 5 MB; what is a dozen times larger is not a page of pods. JSON that is all braces takes thirty times its size in
 * memory, and Node ends when it runs out of memory.
 */
const maxAnswerBytes = 64 * 1024 * 1024;

/** No more of a refusal is read: it is one sentence in JSON. */
const maxErrorBytes = 64 * 1024;

/** Where the metadata of a list is. */
const startBytes = 4096;

/** How often a request is retried: after 429, 5xx and cut connections. */
const maxRetries = 4;

/** How often a list is begun, the first time included, when its continue token expires (410). */
const maxFreshLists = 3;

/** Requests to one cluster at a time, well below what API fairness allows a single client. */
const maxSockets = 8;

const firstBackoff = 250;
const longestBackoff = 30_000;

/** The longest part of a server's message that is shown to the user. */
const maxMessageLength = 500;

/** The API server answered with a refusal. */
export class ApiError extends CollectError {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API server did not answer, or not completely. */
export class OutOfReach extends CollectError {
  /** Without a full stop. */
  readonly reason: string;

  constructor(host: string, reason: string, cause: Error) {
    super(`Cannot reach the cluster at ${host}: ${reason}. Check the kubeconfig, or leave Kubernetes out with --source docker.`, { cause });
    this.reason = reason;
  }
}

/** Reads from one cluster's API server. GET is all it can do. */
export interface ClusterApi {
  readonly get: (path: string, form?: Form) => Promise<unknown>;
  /** An answer that is not JSON, such as a log, of at most `maxBytes`. */
  readonly getText: (path: string, maxBytes: number) => Promise<string>;
  /** What `take` returns for each item of a list, page by page: the items themselves are not kept. */
  readonly list: <Item>(path: string, take: (item: unknown) => Item, options?: ListOptions) => Promise<Item[]>;
}

interface Form {
  /** Only the metadata of an object of any kind, or of a list of them: names, labels, annotations, owners. */
  readonly as?: 'metadata';
}

interface ListOptions extends Form {
  readonly query?: Readonly<Record<string, string>>;
}

interface ApiOptions {
  readonly config: KubeConfig;
  readonly server: string;
  readonly signal: AbortSignal;
  /** The longest silence, in milliseconds. */
  readonly timeout: number;
}

interface RequestOptions extends ApiOptions {
  readonly accept: string;
  readonly maxBytes: number;
  /** Called with the first part of an answer with status 200. */
  readonly onStart: (start: string) => void;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
  readonly body: string;
  /** What the request contained for the server only. */
  readonly secrets: readonly string[];
}

export function openCluster(options: ApiOptions): ClusterApi {
  const get: Get = async (path, accept, onStart = nothing) =>
    parseBody(await getWithRetries(path, { ...options, accept, onStart, maxBytes: maxAnswerBytes }), path);
  return {
    getText: (path, maxBytes) => getWithRetries(path, { ...options, accept: '*/*', onStart: nothing, maxBytes }),
    get: (path, { as } = {}) => get(path, as === 'metadata' ? accepts.metadata : accepts.whole),
    list: (path, take, { as, query = {} } = {}) => {
      const page: GetPage = async (parameters, onStart) => {
        const answer = await get(`${path}?${parameters}`, as === 'metadata' ? accepts.metadataList : accepts.whole, onStart);
        return checkAnswer(ListAnswer, answer, `The API server's answer to ${path}`);
      };
      return listAll(page, take, query);
    },
  };
}

const nothing = () => {};

type Get = (path: string, accept: string, onStart?: (start: string) => void) => Promise<unknown>;

// https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches: a server that does not know this form returns the
// whole object, which has the same metadata.
const accepts = {
  whole: 'application/json',
  metadata: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
  metadataList: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
} as const;

async function listAll<Item>(getPage: GetPage, take: (item: unknown) => Item, query: Readonly<Record<string, string>>): Promise<Item[]> {
  for (let fresh = 1; ; fresh++) {
    try {
      return await listPages(getPage, take, query);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 410 || fresh >= maxFreshLists) throw error;
    }
  }
}

async function getWithRetries(path: string, options: RequestOptions): Promise<string> {
  const reason = refusalOf(path);
  if (reason !== null) throw new ApiError(403, reason);
  for (let retry = 0; ; retry++) {
    const answer = await attempt(path, options, retry < maxRetries);
    if (answer?.status === 200) return answer.body;
    const isTransient = answer === null || answer.status === 429 || answer.status >= 500;
    if (answer !== null && (!isTransient || retry >= maxRetries)) throw refusal(answer, path);
    const wait = answer?.retryAfter ?? firstBackoff * 2 ** retry;
    await pause(Math.min(wait, longestBackoff), options.signal);
  }
}

/** Null when the connection was cut and a retry may help. */
async function attempt(path: string, options: RequestOptions, mayRetry: boolean): Promise<Answer | null> {
  try {
    // No signal ends a request that has no connection yet, nor a credentials plug-in.
    return await unlessAborted(options.signal, send(path, options));
  } catch (error) {
    options.signal.throwIfAborted();
    if (mayRetry && isCut(error)) return null;
    throw error instanceof OverlongAnswer || error instanceof MissingCredentials ? error : unreachable(error, options);
  }
}

async function send(path: string, options: RequestOptions): Promise<Answer> {
  const { config, server, signal, timeout, accept } = options;
  const url = new URL(server.replace(/\/+$/, '') + path);
  const requestOptions: https.RequestOptions = { method: 'GET', headers: { Accept: accept } };
  await authenticate(config, requestOptions);
  signal.throwIfAborted();
  // client-node uses one agent for all requests to a cluster.
  if (requestOptions.agent instanceof http.Agent) Object.assign(requestOptions.agent, { keepAlive: true, maxSockets });
  return new Promise((resolve, reject) => {
    let answer: http.IncomingMessage | undefined;
    const request = (url.protocol === 'http:' ? http : https).request(url, requestOptions, (response) => {
      answer = response;
      receive(response, path, options).then((whole) => resolve({ ...whole, secrets: secretsOf(request) }), reject);
    });
    const late = (milliseconds: number, what: string) => {
      const error = new CollectError(`${what} within ${milliseconds / 1000} s`);
      // The answer too: otherwise it would look cut off, and be requested again.
      answer?.destroy(error);
      request.destroy(error);
      // A request that got no connection, because a proxy does not answer, reports nothing by itself.
      reject(error);
    };
    request.setTimeout(timeout, () => late(timeout, 'no answer'));
    const whole = wholeTimeOf(timeout);
    let timer = setTimeout(() => late(whole, 'no connection'), whole).unref();
    request.once('socket', () => {
      clearTimeout(timer);
      timer = setTimeout(() => late(whole, 'no whole answer'), whole).unref();
    });
    // Not with the `signal` option: Node would add a listener for each request, and warn when there are many.
    const leave = onAbort(signal, () => request.destroy());
    request.once('close', () => {
      clearTimeout(timer);
      leave();
    });
    request.on('error', reject);
    request.end();
  });
}

async function receive(
  response: http.IncomingMessage,
  path: string,
  { maxBytes, onStart }: RequestOptions,
): Promise<Omit<Answer, 'secrets'>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const isAnswer = response.statusCode === 200;
  for await (const chunk of response) {
    size += chunk.length;
    if (isAnswer && size > maxBytes) throw new OverlongAnswer(path, maxBytes);
    if (!isAnswer && size > maxErrorBytes) break;
    if (chunks.push(chunk) === 1 && isAnswer) onStart(chunk.toString('latin1', 0, startBytes));
  }
  const seconds = Number.parseInt(response.headers['retry-after'] ?? '', 10);
  return {
    status: response.statusCode ?? 0,
    retryAfter: Number.isNaN(seconds) ? null : seconds * 1000,
    body: Buffer.concat(chunks).toString(),
  };
}

function parseBody(body: string, path: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new CollectError(`The API server's answer to ${path} is no JSON.`, { cause: error });
  }
}

function refusal({ status, body, secrets }: Answer, path: string): ApiError {
  const message = messageOf(body);
  // A server, or a proxy in front of it, may repeat what it was sent, and others would read it in a report.
  const reason = secrets.some((secret) => message.includes(secret)) ? hidden : shortened(message);
  const sentences: Record<number, string> = {
    401: 'The cluster does not accept the credentials (401). Log in again, or check the token in the kubeconfig.',
    403: `The account may not read this (403): ${reason}`,
  };
  return new ApiError(status, sentences[status] ?? `The API server answers ${status} to ${path.replace(/\?.*$/, '')}: ${reason}`);
}

const hidden = 'its reason has the credentials in it, and is not shown.';

const shortened = (message: string) => inOneLine(message, maxMessageLength).replace(/(?<![.!?…])$/, '.');

function messageOf(body: string): string {
  try {
    const { message } = StatusAnswer.parse(JSON.parse(body));
    if (message) return message;
  } catch {
    // A proxy on the way answers in HTML: the status alone has to do.
  }
  return 'it gives no reason.';
}

function unreachable(error: unknown, { server }: ApiOptions): unknown {
  if (!(error instanceof Error)) return error;
  const { host } = new URL(server);
  const reason = error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
  return new OutOfReach(host, reason, error);
}
