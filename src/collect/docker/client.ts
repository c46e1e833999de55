import type { Agent, IncomingMessage } from 'node:http';
import { CollectError } from '../../model/errors.ts';
import { readUpTo } from '../read-up-to.ts';
import { UnreadableError } from '../target.ts';
import { pathStatHeader } from './answers.ts';
import { connectionError } from './connection-error.ts';
import { agentOver, connectorTo } from './connector.ts';
import type { DockerEndpoint } from './endpoint.ts';
import { type Asked, exchange } from './exchange.ts';
import type { Head } from './head.ts';
import type { Mark } from './head-pipeline.ts';
import { createHeadPipelines, type HeadPipelines } from './head-pipelines.ts';
import { joinHostPort } from './host.ts';
import { readResponseError, responseError } from './response.ts';

export { DockerResponseError } from './response.ts';

/** After so long without a byte an engine is taken to hang. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * The largest JSON that is read: a list of a thousand containers is some 5 MiB. Made of nothing but braces it takes thirty times as much
 * memory, and Node ends where it has none left.
 */
export const maxJsonBytes = 32 * 1024 * 1024;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Idle time: milliseconds without a byte in either direction. */
  readonly timeoutMs?: number | undefined;
}

export interface JsonOptions extends RequestOptions {
  readonly maxBytes?: number | undefined;
}

/** A way to ask one engine. */
export interface DockerClient {
  /** Of the endpoint, for people. */
  readonly name: string;
  /**
   * The answer, once its head is there and is 200; another status throws a DockerResponseError, a connection that fails a CollectError,
   * and an aborted signal its reason. The body is to be read to its end or destroyed, else it keeps its connection.
   * The path goes out as it is given, with its query.
   */
  readonly get: (path: `/${string}`, options?: RequestOptions) => Promise<IncomingMessage>;
  /** The head alone, else as `get`; null where the engine says that there is nothing (404), as it does of most paths. */
  readonly head: (path: `/${string}`, options?: RequestOptions) => Promise<Head | null>;
  /** The body of a GET, parsed. More than `maxBytes`, a body that is cut off and one that is not JSON throw a CollectError. */
  readonly getJson: (path: `/${string}`, options?: JsonOptions) => Promise<unknown>;
  /** What a body that is being read ended with, as `get` would have thrown it. */
  readonly explain: (error: unknown) => unknown;
  /** Closes all connections, and ends their ssh. */
  readonly close: () => void;
}

/** Gives a client of the engine. Nothing is connected before the first request. */
export async function openDocker(endpoint: DockerEndpoint): Promise<DockerClient> {
  const connector = await connectorTo(endpoint);
  const connection: Connection = { endpoint, agent: agentOver(connector), heads: createHeadPipelines(connector, markOf(endpoint)) };
  const { name } = endpoint;
  return {
    name,
    get: (path, options = {}) => get(connection, path, options),
    head: (path, options = {}) => head(connection, path, options),
    getJson: (path, options = {}) => getJson(connection, path, options),
    explain: (error) => connectionError(name, error),
    close: () => {
      connection.agent.destroy();
      connection.heads.close();
    },
  };
}

interface Connection {
  readonly endpoint: DockerEndpoint;
  readonly agent: Agent;
  readonly heads: HeadPipelines;
}

async function get({ endpoint, agent }: Connection, path: string, options: RequestOptions): Promise<IncomingMessage> {
  const { name } = endpoint;
  try {
    const response = await exchange(agent, askedOf(endpoint, 'GET', path, options));
    if (response.statusCode !== 200) throw await readResponseError(name, `GET ${path}`, response);
    return response;
  } catch (error) {
    throw explained(name, options.signal, error);
  }
}

async function head({ endpoint, heads }: Connection, path: string, options: RequestOptions): Promise<Head | null> {
  const { name } = endpoint;
  try {
    const answer = await heads.ask(askedOf(endpoint, 'HEAD', path, options));
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw responseError(name, `HEAD ${path}`, answer, '');
    return answer;
  } catch (error) {
    throw explained(name, options.signal, error);
  }
}

async function getJson(connection: Connection, path: string, options: JsonOptions): Promise<unknown> {
  const { name } = connection.endpoint;
  const { maxBytes = maxJsonBytes } = options;
  const response = await get(connection, path, options);
  const { bytes, complete } = await readUpTo(response, maxBytes).catch((error) => {
    throw explained(name, options.signal, error);
  });
  if (!complete) throw new CollectError(`Docker at ${name} answered GET ${path} with more than ${maxBytes} bytes: not read.`);
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CollectError(`Docker at ${name} answered GET ${path} with something that is not JSON. Is it a Docker engine?`, {
      cause: error,
    });
  }
}

/** What goes out for a path. Towards Docker nothing but reading: no other method exists here. */
function askedOf(endpoint: DockerEndpoint, method: 'GET' | 'HEAD', path: string, options: RequestOptions): Asked {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return {
    ...addressOf(endpoint, path),
    signal,
    timeoutMs,
    timeoutError: (milliseconds) => noAnswer(endpoint.name, `${method} ${path}`, milliseconds, milliseconds === timeoutMs),
  };
}

function addressOf(endpoint: DockerEndpoint, path: string): Pick<Asked, 'path' | 'host'> {
  if (endpoint.kind !== 'tcp') return { path, host: 'docker' };
  return { path: endpoint.pathPrefix + path, host: joinHostPort(endpoint.host, endpoint.port) };
}

function noAnswer(name: string, act: string, milliseconds: number, isSilent: boolean): CollectError {
  const answer = isSilent ? 'no answer' : 'no whole answer';
  return new UnreadableError(
    'timeout',
    `Docker at ${name}: ${answer} within ${milliseconds / 1000} s to ${act}. Raise --request-timeout, or see the log of the engine.`,
  );
}

/** An answer on a path has the header or is no 200. */
function markOf(endpoint: DockerEndpoint): Mark {
  const isAnswer = ({ status, header }: Head) => status === 200 && header(pathStatHeader) === null;
  return { ...addressOf(endpoint, '/_ping'), isAnswer };
}

/** What a connection ended with, as a CollectError; the reason of an abort as it is. */
function explained(name: string, signal: AbortSignal | undefined, error: unknown): unknown {
  return signal?.aborted ? signal.reason : connectionError(name, error);
}
