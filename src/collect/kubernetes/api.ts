import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { CollectError } from '../../model/errors.ts';
import { checkAnswer } from '../answer.ts';
import { ListAnswer, StatusAnswer } from './answers.ts';

/** As many objects a page as kubectl asks for. */
const pageSize = 500;

/** 500 pods have some 5 MB; a hundred times that is no page of pods. */
const maxAnswerBytes = 512 * 1024 * 1024;

/** How often one request is tried again: after 429, 5xx and cut connections. */
const maxRetries = 4;

/** How often a list is begun anew when its continue token has expired (410). */
const maxFreshLists = 3;

const firstBackoff = 250;
const longestBackoff = 30_000;

/** Longest message of a server that is repeated to a person. */
const maxMessageLength = 500;

/** The API server answered, and refused. */
export class ApiError extends CollectError {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads from one cluster's API server: GET is all it can do. */
export interface ClusterApi {
  readonly get: (path: string) => Promise<unknown>;
  /** The items of a list, page by page. */
  readonly list: (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown[]>;
}

interface ApiOptions {
  readonly config: KubeConfig;
  readonly server: string;
  readonly signal: AbortSignal;
  /** The longest silence, in milliseconds. */
  readonly timeout: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
  readonly body: string;
}

export function openCluster(options: ApiOptions): ClusterApi {
  const get = (path: string) => getWithRetries(path, options);
  return { get, list: (path, query = {}) => listAll(get, path, query) };
}

async function listAll(get: ClusterApi['get'], path: string, query: Readonly<Record<string, string>>): Promise<unknown[]> {
  for (let fresh = 1; ; fresh++) {
    try {
      return await listPages(get, path, query);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 410 || fresh >= maxFreshLists) throw error;
    }
  }
}

async function listPages(get: ClusterApi['get'], path: string, query: Readonly<Record<string, string>>): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let token = ''; ; ) {
    const parameters = new URLSearchParams({ ...query, limit: String(pageSize), ...(token && { continue: token }) });
    const page = checkAnswer(ListAnswer, await get(`${path}?${parameters}`), `The API server's answer to ${path}`);
    for (const item of page.items) items.push(item);
    token = page.metadata.continue ?? '';
    if (token === '') return items;
  }
}

async function getWithRetries(path: string, options: ApiOptions): Promise<unknown> {
  for (let retry = 0; ; retry++) {
    const answer = await attempt(path, options, retry < maxRetries);
    if (answer?.status === 200) return parseBody(answer.body, path);
    const isTransient = answer === null || answer.status === 429 || answer.status >= 500;
    if (answer !== null && (!isTransient || retry >= maxRetries)) throw refusal(answer, path);
    const wait = answer?.retryAfter ?? firstBackoff * 2 ** retry;
    await sleep(Math.min(wait, longestBackoff), undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
  }
}

/** Null when the connection was cut and another try may help. */
async function attempt(path: string, options: ApiOptions, mayRetry: boolean): Promise<Answer | null> {
  try {
    return await send(path, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (mayRetry && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return null;
    throw unreachable(error, options);
  }
}

async function send(path: string, { config, server, signal, timeout }: ApiOptions): Promise<Answer> {
  const url = new URL(server.replace(/\/+$/, '') + path);
  const requestOptions: https.RequestOptions = { method: 'GET', signal, headers: { Accept: 'application/json' } };
  await config.applyToHTTPSOptions(requestOptions as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, requestOptions, (response) => {
      receive(response).then(resolve, reject);
    });
    request.setTimeout(timeout, () => request.destroy(new CollectError(`no answer within ${timeout / 1000} s`)));
    request.once('error', reject);
    request.end();
  });
}

async function receive(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new CollectError(`an answer of more than ${maxAnswerBytes / (1024 * 1024)} MiB`);
    chunks.push(chunk);
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

function refusal({ status, body }: Answer, path: string): ApiError {
  const reason = messageOf(body);
  const sentences: Record<number, string> = {
    401: 'The cluster does not accept the credentials (401). Log in again, or check the token in the kubeconfig.',
    403: `The account may not read this (403): ${reason}`,
  };
  return new ApiError(status, sentences[status] ?? `The API server answers ${status} to ${path.replace(/\?.*$/, '')}: ${reason}`);
}

function messageOf(body: string): string {
  try {
    const { message } = StatusAnswer.parse(JSON.parse(body));
    if (message) return message.slice(0, maxMessageLength);
  } catch {
    // A proxy on the way answers in HTML: the status alone must do.
  }
  return 'it gives no reason.';
}

function unreachable(error: unknown, { server }: ApiOptions): unknown {
  if (!(error instanceof Error)) return error;
  const { host } = new URL(server);
  const reason = error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
  return new CollectError(
    `Cannot reach the cluster at ${host}: ${reason}. Check the kubeconfig, or leave Kubernetes out with --source docker.`,
    {
      cause: error,
    },
  );
}
