import { VersionAnswer } from './answers.ts';
import { DockerResponseError } from './client.ts';
import type { Engine } from './engine.ts';

/** What an engine is. */
export interface EngineVersion {
  readonly runtime: 'docker' | 'podman';
  readonly version: string;
}

/**
 * Engines name themselves in the head of every answer. /version says the same, but Docker runs other programs for it, which takes longer
 * than everything else before the first container. So it is requested only if a proxy changes or removes that header.
 */
export async function readEngineVersion(engine: Engine): Promise<EngineVersion> {
  return (await readServerHeader(engine)) ?? (await askForVersion(engine));
}

async function readServerHeader(engine: Engine): Promise<EngineVersion | null> {
  const head = await engine.head('/_ping').catch(refusalAsNull);
  const [, name, version] = /^(Docker|Libpod)\/([\w.+~-]{1,64})(?: |$)/.exec(head?.header('server') ?? '') ?? [];
  return version === undefined ? null : { runtime: name === 'Docker' ? 'docker' : 'podman', version };
}

function refusalAsNull(error: unknown): null {
  if (!(error instanceof DockerResponseError)) throw error;
  return null;
}

async function askForVersion(engine: Engine): Promise<EngineVersion> {
  const { Version, Components } = await engine.getJson('/version', VersionAnswer);
  return { runtime: Components?.some(({ Name }) => Name.startsWith('Podman')) ? 'podman' : 'docker', version: Version };
}
