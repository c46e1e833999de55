import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CollectError } from '../../model/errors.ts';

/** What a TLS connection needs, as PEM. null means "none": the system's authorities, no client certificate. */
export interface TlsMaterial {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
  /** Whether the engine's certificate is checked. */
  readonly verify: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The TLS that DOCKER_TLS_VERIFY and DOCKER_TLS request, from the files in DOCKER_CERT_PATH; null if they do not. */
export async function tlsFromEnvironment(env: Environment, configFolder: string): Promise<TlsMaterial | null> {
  const asked = tlsVariable(env);
  if (asked === null) return null;
  const folder = env.DOCKER_CERT_PATH || configFolder;
  const material = await readFolder(folder);
  if (material.ca === null) {
    throw new CollectError(
      `Cannot read ${join(folder, 'ca.pem')}, which ${asked} asks for: no such file. Set DOCKER_CERT_PATH, or unset ${asked}.`,
    );
  }
  return { ...material, verify: asked === 'DOCKER_TLS_VERIFY' };
}

/** The variable that turns TLS on. As in the docker CLI, any value that is not empty does, even "0". */
export function tlsVariable(env: Environment): 'DOCKER_TLS_VERIFY' | 'DOCKER_TLS' | null {
  if (env.DOCKER_TLS_VERIFY) return 'DOCKER_TLS_VERIFY';
  return env.DOCKER_TLS ? 'DOCKER_TLS' : null;
}

/** The TLS of a context, from its folder of files; null when the folder has none and the certificate is to be checked. */
export async function tlsFromContext(folder: string, skipVerify: boolean): Promise<TlsMaterial | null> {
  const material = await readFolder(folder);
  const empty = material.ca === null && material.cert === null && material.key === null;
  return empty && !skipVerify ? null : { ...material, verify: !skipVerify };
}

async function readFolder(folder: string): Promise<Omit<TlsMaterial, 'verify'>> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readPem(join(folder, name))));
  if ((cert ?? null) === null && (key ?? null) === null) return { ca: ca ?? null, cert: null, key: null };
  if (!cert || !key) {
    const [there, missing] = cert ? ['cert.pem', 'key.pem'] : ['key.pem', 'cert.pem'];
    throw new CollectError(`Cannot use ${join(folder, there)}: ${missing} is missing beside it. Add it, or remove both.`);
  }
  return { ca: ca ?? null, cert, key };
}

async function readPem(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CollectError(`Cannot read ${path}: ${message}. Make it readable, or choose another engine by --docker-host.`, {
      cause: error,
    });
  }
}
