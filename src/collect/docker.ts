import pMap from 'p-map';
import { once } from '../io/once.ts';
import type { FoundImage } from '../model/container-scan.ts';
import { CollectError } from '../model/errors.ts';
import { pathPart } from '../text/path-part.ts';
import type { CollectContext, Collector } from './collector.ts';
import { isPause, podOfLabels, withoutKubernetes } from './container-labels.ts';
import { ChangesAnswer, ContainerAnswer, ContainersAnswer, ImageAnswer, type ListedContainer } from './docker/answers.ts';
import { containerFiles } from './docker/container-files.ts';
import { resolveDockerEndpoint } from './docker/endpoint.ts';
import { type Engine, isMissing, openEngine } from './docker/engine.ts';
import { isOutsideOwnLayer, measuresLayers } from './docker/own-layer.ts';
import { findShortWay, preferShortWay, type ShortWay } from './docker/short-way.ts';
import { readEngineVersion } from './docker/version.ts';
import type { Collected, Target } from './target.ts';

/** The running containers of a Docker Engine or of Podman. Only GET and HEAD requests are sent. */
export const docker: Collector = {
  id: 'docker',
  collect: collectDocker,
};

async function collectDocker({ plan, env, homeDirectory, signal, note }: CollectContext): Promise<Collected | null> {
  const endpoint = await resolveDockerEndpoint(plan.docker, { env, homeDirectory });
  if (endpoint === null) return null;
  // Usually only an engine on this machine is reached through a Unix socket.
  const procFolder = endpoint.kind === 'unix' && plan.docker.direct ? plan.node.procFolder : null;
  const engine = await openEngine(endpoint, { signal, timeoutMs: plan.requestTimeout });
  try {
    const [{ runtime, version }, containers] = await Promise.all([
      readEngineVersion(engine),
      engine.getJson('/containers/json', ContainersAnswer),
    ]);
    const listed = containers.filter(({ Labels }) => !isPause(Labels));
    note(
      `${runtime === 'podman' ? 'Podman' : 'Docker'} ${version} at ${endpoint.name} (${endpoint.chosenBy}): ${listed.length} running containers`,
    );
    const images = await readImages(engine, listed, plan.concurrency);
    const context: EngineContext = { engine, runtime, images, measuresLayers: once(() => measuresLayers(engine)), procFolder };
    // Takes the engine about 20 ms, so it starts early, while the first archives are made. Whoever needs the answer gets the error too.
    if (procFolder === null && images.size < listed.length) context.measuresLayers().catch(() => {});
    return {
      source: { kind: 'docker', name: endpoint.name, version, containers: listed.length, error: null },
      targets: listed.map((container) => targetOf(context, container)),
      namesAll: true,
      close: engine.close,
    };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** A hundred thousand changed paths. A container may produce millions, and several containers are scanned at a time. */
const maxChangesBytes = 8 * 1024 * 1024;

/** What all containers of an engine share. */
interface EngineContext {
  readonly engine: Engine;
  readonly runtime: string;
  readonly images: ReadonlyMap<string, FoundImage>;
  /** Whether the engine measures a container's own layer by the files in it. */
  readonly measuresLayers: () => Promise<boolean>;
  /** Where the processes of this machine are visible; null if files must come from the engine. */
  readonly procFolder: string | null;
}

function targetOf({ engine, runtime, images, measuresLayers, procFolder }: EngineContext, listed: ListedContainer): Target {
  const pod = podOfLabels(listed.Labels);
  const byEngine = containerFiles(engine, listed.Id);
  let way: ShortWay | null = null;
  let files = byEngine;
  const release = () => {
    way?.close();
    way = null;
    files = byEngine;
  };
  return {
    source: 'docker',
    container: {
      id: listed.Id,
      name: pod?.container ?? listed.Names?.[0]?.replace(/^\//, '') ?? listed.Id.slice(0, 12),
      runtime,
      labels: withoutKubernetes(listed.Labels),
      image: images.get(listed.ImageID) ?? null,
      pod,
      isPause: false,
    },
    inspect: async () => {
      release();
      const answer = await askForRunning(engine, listed.Id);
      if (answer === null) return null;
      way = procFolder === null ? null : findShortWay(procFolder, listed.Id, answer);
      files = way === null ? byEngine : preferShortWay(way.files, byEngine);
      return { startedAt: answer.State.StartedAt, createdAt: answer.Created ?? null };
    },
    confirm: async () => way?.isOpen() ?? true,
    release,
    stat: (path) => files.stat(path),
    open: (path, maxBytes) => files.open(path, maxBytes),
    readFolder: (path, accepts, maxBytes) => files.readFolder(path, accepts, maxBytes),
    realPath: (path) => files.realPath(path),
    isOfImage: async (path, stat) => (await measuresLayers()) && isOutsideOwnLayer(engine, listed.Id, files, { path, stat }),
    changes: async () => {
      const changes = await engine.getJson(`/containers/${listed.Id}/changes`, ChangesAnswer, maxChangesBytes);
      return (changes ?? []).map(({ Path }) => Path);
    },
  };
}

/** What the engine says about a container; null if it does not run. */
async function askForRunning(engine: Engine, id: string) {
  try {
    const answer = await engine.getJson(`/containers/${id}/json`, ContainerAnswer);
    return answer.State.Running ? answer : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The images of the listed containers, each requested once: the list of all images would make the engine add up sizes. */
async function readImages(engine: Engine, listed: readonly ListedContainer[], concurrency: number) {
  const named = new Map(listed.map((container) => [container.ImageID, container.Image]));
  const images = await pMap(named, async ([id, name]) => [id, await readImage(engine, id, name)] as const, { concurrency });
  return new Map(images);
}

async function readImage(engine: Engine, id: string, listedName: string): Promise<FoundImage> {
  // An image without a tag is listed by its id, and under Kubernetes every image is.
  const name = /^(sha256:)?[0-9a-f]{12,64}$/.test(listedName) ? null : listedName;
  try {
    const answer = await engine.getJson(`/images/${pathPart(id)}/json`, ImageAnswer);
    const known = name ?? answer.RepoTags?.[0] ?? null;
    return { id, name: known, digest: digestOf(known, answer.RepoDigests ?? []), labels: answer.Config?.Labels ?? {} };
  } catch (error) {
    // The image was removed, a proxy blocks the request, or the answer was cut. This loses the digest and the labels, but no package.
    if (!(error instanceof CollectError)) throw error;
    return { id, name, digest: null, labels: null };
  }
}

/** The digest for the repository in the name, and for no other. */
function digestOf(name: string | null, repoDigests: readonly string[]): string | null {
  if (name === null) return repoDigests.length === 1 ? (repoDigests[0]?.split('@')[1] ?? null) : null;
  const repository = (name.split('@', 1)[0] as string).replace(/:[^:/]*$/, '');
  return repoDigests.find((digest) => digest.startsWith(`${repository}@`))?.split('@')[1] ?? null;
}
