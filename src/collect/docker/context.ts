import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { CollectError } from '../../model/errors.ts';
import type { ChoiceOrigin } from './origin.ts';
import { type TlsMaterial, tlsFromContext } from './tls.ts';

/** What a Docker context says about its engine. */
export interface DockerContext {
  readonly host: string;
  readonly tls: TlsMaterial | null;
}

const ContextMeta = z.object({
  Endpoints: z.object({
    docker: z.optional(z.object({ Host: z.optional(z.string()), SkipTLSVerify: z.optional(z.boolean()) })),
  }),
});

const Config = z.object({ currentContext: z.optional(z.string()) });

/** The current context in the docker CLI's config.json; null when it names none, or the file is missing. */
export async function currentContext(configFolder: string): Promise<string | null> {
  const path = join(configFolder, 'config.json');
  const config = await readJson(path, Config);
  return config?.currentContext || null;
}

/** Reads a context by name from the store of the docker CLI. */
export async function readContext(configFolder: string, name: string, origin: ChoiceOrigin): Promise<DockerContext> {
  // The store names its folders by the digest of the context's name.
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(configFolder, 'contexts', 'meta', id, 'meta.json');
  const meta = await readJson(path, ContextMeta);
  if (meta === null) {
    throw origin.fail(
      `There is no Docker context ${JSON.stringify(name)} in ${configFolder}. See "docker context ls" for those that are, or set --docker-host.`,
    );
  }
  const engine = meta.Endpoints.docker;
  if (!engine?.Host) {
    throw origin.fail(
      `The Docker context ${JSON.stringify(name)} names no Docker host (${path}). Choose another by --docker-context, or set --docker-host.`,
    );
  }
  const tls = await tlsFromContext(join(configFolder, 'contexts', 'tls', id, 'docker'), engine.SkipTLSVerify ?? false);
  return { host: engine.Host, tls };
}

async function readJson<T>(path: string, schema: z.ZodMiniType<T>): Promise<T | null> {
  const text = await readText(path);
  if (text === null) return null;
  const parsed = schema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'its content';
  throw unreadable(path, `${where} is not of the form that Docker writes`, parsed.error);
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(path, message, error);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(path, 'it is not JSON', error);
    throw error;
  }
}

function unreadable(path: string, reason: string, cause: unknown): CollectError {
  return new CollectError(`Cannot read ${path}: ${reason}. Repair it, or choose an engine by --docker-host.`, { cause });
}
