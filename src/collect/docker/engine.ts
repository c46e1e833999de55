import type { IncomingMessage } from 'node:http';
import type * as z from 'zod/mini';
import { checkAnswer } from '../answer.ts';
import { UnreadableError } from '../target.ts';
import { DockerResponseError, openDocker, type RequestOptions } from './client.ts';
import type { DockerEndpoint } from './endpoint.ts';
import type { Head } from './head.ts';

/** One engine, asked within one run: its signal and its timeout go with every request. */
export interface Engine {
  readonly get: (path: `/${string}`) => Promise<IncomingMessage>;
  readonly head: (path: `/${string}`) => Promise<Head | null>;
  readonly getJson: <Schema extends z.ZodMiniType>(path: `/${string}`, schema: Schema, maxBytes?: number) => Promise<z.output<Schema>>;
  /** What went wrong while a body was read, as `get` would have thrown it. */
  readonly explain: (error: unknown) => unknown;
  readonly close: () => void;
}

export async function openEngine(endpoint: DockerEndpoint, options: RequestOptions): Promise<Engine> {
  const client = await openDocker(endpoint);
  return {
    get: (path) => client.get(path, options).catch(forbiddenAsUnreadable),
    head: (path) => client.head(path, options).catch(forbiddenAsUnreadable),
    getJson: async (path, schema, maxBytes) =>
      checkAnswer(schema, await client.getJson(path, { ...options, maxBytes }), `Docker's answer to ${path}`),
    explain: (error) => (options.signal?.aborted ? options.signal.reason : client.explain(error)),
    close: client.close,
  };
}

/** A proxy before the engine may let some requests pass and others not. */
function forbiddenAsUnreadable(error: unknown): never {
  if (!(error instanceof DockerResponseError) || (error.status !== 401 && error.status !== 403)) throw error;
  throw new UnreadableError('forbidden', error.message, { cause: error });
}

/** Whether the engine said that there is no such container, path or image. */
export function isMissing(error: unknown): boolean {
  return error instanceof DockerResponseError && error.status === 404;
}
