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

/** The running containers of a Docker Engine, or of Podman. GET and HEAD are all it is asked. */
export const docker: Collector = {
  id: 'docker',
  collect: collectDocker,
};

async function collectDocker({ plan, env, homeDirectory, signal, note }: CollectContext): Promise<Collected | null> {
  const endpoint = await resolveDockerEndpoint(plan.docker, { env, homeDirectory });
  if (endpoint === null) return null;
  // Only by a socket an engine of this machine is asked as a rule.
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
    // It takes the engine some 20 ms, which it has while the first archives are made. Who needs the answer gets the error, too.
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

/** A hundred thousand changed paths. A container may make millions, and several of them are looked into at a time. */
const maxChangesBytes = 8 * 1024 * 1024;

/** What all containers of an engine have in common. */
interface EngineContext {
  readonly engine: Engine;
  readonly runtime: string;
  readonly images: ReadonlyMap<string, FoundImage>;
  /** Whether it tells how much a container has in a layer of its own, by the files that are there. */
  readonly measuresLayers: () => Promise<boolean>;
  /** Where the processes of this machine are seen; null where the engine is to give the files. */
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

/** What the engine says of a container that runs; null of one that does not. */
async function askForRunning(engine: Engine, id: string) {
  try {
    const answer = await engine.getJson(`/containers/${id}/json`, ContainerAnswer);
    return answer.State.Running ? answer : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The images of the containers listed, each asked for once: the list of all images makes the engine sum up sizes. */
async function readImages(engine: Engine, listed: readonly ListedContainer[], concurrency: number) {
  const named = new Map(listed.map((container) => [container.ImageID, container.Image]));
  const images = await pMap(named, async ([id, name]) => [id, await readImage(engine, id, name)] as const, { concurrency });
  return new Map(images);
}

async function readImage(engine: Engine, id: string, listedName: string): Promise<FoundImage> {
  // An image without a tag, and every one under Kubernetes, is listed by its id.
  const name = /^(sha256:)?[0-9a-f]{12,64}$/.test(listedName) ? null : listedName;
  try {
    const answer = await engine.getJson(`/images/${pathPart(id)}/json`, ImageAnswer);
    const known = name ?? answer.RepoTags?.[0] ?? null;
    return { id, name: known, digest: digestOf(known, answer.RepoDigests ?? []), labels: answer.Config?.Labels ?? {} };
  } catch (error) {
    // It was removed, a proxy keeps it back, or the answer was cut: that costs the digest and the labels, and no package.
    if (!(error instanceof CollectError)) throw error;
    return { id, name, digest: null, labels: null };
  }
}

/** The digest of the repository that the name says, and of no other. */
function digestOf(name: string | null, repoDigests: readonly string[]): string | null {
  if (name === null) return repoDigests.length === 1 ? (repoDigests[0]?.split('@')[1] ?? null) : null;
  const repository = (name.split('@', 1)[0] as string).replace(/:[^:/]*$/, '');
  return repoDigests.find((digest) => digest.startsWith(`${repository}@`))?.split('@')[1] ?? null;
}
