import type { Agent, IncomingMessage } from 'node:http';
import { readUpTo } from '../../io/read-up-to.ts';
import { CollectError } from '../../model/errors.ts';
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

/**
 * The largest JSON that is read: a list of a thousand containers is about 5 MiB. JSON that is all braces takes thirty times its size in
 * memory, and Node ends when it runs out of memory.
 */
export const maxJsonBytes = 32 * 1024 * 1024;

/** Applies to every request of a run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  /** Idle time in milliseconds: an engine is assumed to hang after so long without a byte in either direction. */
  readonly timeoutMs: number;
}

/** Requests to one engine, within one run. */
export interface DockerClient {
  /**
   * Returns the answer once its head has arrived with status 200. Another status throws a DockerResponseError, a failed connection a
   * CollectError, and an aborted signal its reason. Read the body to its end or destroy it, otherwise it keeps its connection. The path is
   * sent as it is given, with its query.
   */
  readonly get: (path: `/${string}`) => Promise<IncomingMessage>;
  /** The head only, otherwise like `get`; null if the engine says that there is nothing (404), as it does for most paths. */
  readonly head: (path: `/${string}`) => Promise<Head | null>;
  /** The body of a GET, parsed. A body that is over `maxBytes`, cut off or not JSON throws a CollectError. */
  readonly getJson: (path: `/${string}`, maxBytes?: number) => Promise<unknown>;
  /** Turns an error from reading a body into what `get` would have thrown. */
  readonly explain: (error: unknown) => unknown;
  /** Closes all connections, and ends their ssh processes. */
  readonly close: () => void;
}

/** Creates a client for the engine. It connects on the first request. */
export async function openDocker(endpoint: DockerEndpoint, options: RunOptions): Promise<DockerClient> {
  const connector = await connectorTo(endpoint);
  const heads = createHeadPipelines(connector, markOf(endpoint));
  const connection: Connection = { endpoint, options, agent: agentOver(connector), heads };
  return {
    get: (path) => get(connection, path),
    head: (path) => head(connection, path),
    getJson: (path, maxBytes = maxJsonBytes) => getJson(connection, path, maxBytes),
    explain: (error) => explained(connection, error),
    close: () => {
      connection.agent.destroy();
      connection.heads.close();
    },
  };
}

interface Connection {
  readonly endpoint: DockerEndpoint;
  readonly options: RunOptions;
  readonly agent: Agent;
  readonly heads: HeadPipelines;
}

async function get(connection: Connection, path: string): Promise<IncomingMessage> {
  try {
    const response = await exchange(connection.agent, askedOf(connection, 'GET', path));
    if (response.statusCode !== 200) throw await readResponseError(connection.endpoint.name, `GET ${path}`, response);
    return response;
  } catch (error) {
    throw explained(connection, error);
  }
}

async function head(connection: Connection, path: string): Promise<Head | null> {
  try {
    const answer = await connection.heads.ask(askedOf(connection, 'HEAD', path));
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw responseError(connection.endpoint.name, `HEAD ${path}`, answer, '');
    return answer;
  } catch (error) {
    throw explained(connection, error);
  }
}

async function getJson(connection: Connection, path: string, maxBytes: number): Promise<unknown> {
  const { name } = connection.endpoint;
  const response = await get(connection, path);
  const { bytes, complete } = await readUpTo(response, maxBytes).catch((error) => {
    throw explained(connection, error);
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

/** What is sent for a path. Docker is only read from: no other method exists here. */
function askedOf({ endpoint, options: { signal, timeoutMs } }: Connection, method: 'GET' | 'HEAD', path: string): Asked {
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

/** The answer on a path either has this header or is not a 200. */
function markOf(endpoint: DockerEndpoint): Mark {
  const isAnswer = ({ status, header }: Head) => status === 200 && header(pathStatHeader) === null;
  return { ...addressOf(endpoint, '/_ping'), isAnswer };
}

/** A connection error as a CollectError; the reason of an abort as it is. */
function explained({ endpoint, options: { signal } }: Connection, error: unknown): unknown {
  return signal.aborted ? signal.reason : connectionError(endpoint.name, error);
}
