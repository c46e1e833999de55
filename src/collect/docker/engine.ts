import type * as z from 'zod/mini';
import { checkAnswer } from '../answer.ts';
import { type DockerClient, DockerResponseError, openDocker, type RunOptions } from './client.ts';
import type { DockerEndpoint } from './endpoint.ts';

/** A client that accepts JSON only in the expected form. */
export interface Engine extends Omit<DockerClient, 'getJson'> {
  readonly getJson: <Schema extends z.ZodMiniType>(path: `/${string}`, schema: Schema, maxBytes?: number) => Promise<z.output<Schema>>;
}

export async function openEngine(endpoint: DockerEndpoint, options: RunOptions): Promise<Engine> {
  const client = await openDocker(endpoint, options);
  return {
    ...client,
    getJson: async (path, schema, maxBytes) => checkAnswer(schema, await client.getJson(path, maxBytes), `Docker's answer to ${path}`),
  };
}

/** Whether the engine said that there is no such container, path or image. */
export function isMissing(error: unknown): boolean {
  return error instanceof DockerResponseError && error.status === 404;
}
