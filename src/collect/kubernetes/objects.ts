import type { ClusterObject, OwnerReference, Pairs, Pod, PodContainer, Service } from '../../model/directory.ts';
import { checkAnswer } from '../answer.ts';
import { type ContainerStatus, type Metadata, ObjectAnswer, PodAnswer, ServiceAnswer } from './answers.ts';

/** Turns answers of the API server into the objects that the join asks. */
export interface ObjectReader {
  readonly pod: (item: unknown) => Pod;
  readonly service: (item: unknown) => Service;
  /** The metadata of an object of any kind. */
  readonly object: (kind: string, item: unknown) => ClusterObject;
}

/** Of the annotations only those with the given keys are kept. */
export function objectReader(keys: readonly string[]): ObjectReader {
  const factsOf = (kind: string, { name, namespace = undefined, uid, labels, annotations, ownerReferences }: Metadata) => ({
    ...{ kind, namespace: namespace ?? null, name, uid },
    labels: labels ?? {},
    annotations: annotations ? pick(annotations, keys) : {},
    owner: ownerOf(ownerReferences ?? []),
  });
  return {
    pod: (item) => {
      const { metadata, spec, status } = checkAnswer(PodAnswer, item, "The API server's answer on a pod");
      return {
        ...factsOf('Pod', metadata),
        namespace: metadata.namespace,
        node: spec.nodeName ?? null,
        runtimeClass: spec.runtimeClassName ?? null,
        containers: [
          ...(status.containerStatuses ?? []).map((container) => containerOf(container, 'container')),
          ...(status.initContainerStatuses ?? []).map((container) => containerOf(container, 'init')),
          ...(status.ephemeralContainerStatuses ?? []).map((container) => containerOf(container, 'ephemeral')),
        ],
      };
    },
    service: (item) => {
      const { metadata, spec } = checkAnswer(ServiceAnswer, item, "The API server's answer on a Service");
      return { ...factsOf('Service', metadata), namespace: metadata.namespace, selector: spec.selector ?? {} };
    },
    object: (kind, item) => factsOf(kind, checkAnswer(ObjectAnswer, item, `The API server's answer on a ${kind}`).metadata),
  };
}

function pick(pairs: Pairs, keys: readonly string[]): Pairs {
  const picked = keys.flatMap((key) => (Object.hasOwn(pairs, key) ? [[key, pairs[key] as string] as const] : []));
  return Object.fromEntries(picked);
}

/** The Node that a static pod names as its owner is where it runs, and not whose it is. */
function ownerOf(references: NonNullable<Metadata['ownerReferences']>): OwnerReference | null {
  const owner = references.find(({ controller }) => controller) ?? references[0];
  if (owner === undefined || (owner.kind === 'Node' && owner.apiVersion === 'v1')) return null;
  const { apiVersion, kind, name, uid } = owner;
  return { apiVersion, kind, name, uid };
}

function containerOf(status: ContainerStatus, type: PodContainer['type']): PodContainer {
  // `docker://<id>`: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
  const [runtime = null, id = null] = status.containerID?.split('://', 2) ?? [];
  const running = status.state?.running;
  const state = running ? 'running' : status.state?.terminated ? 'terminated' : 'waiting';
  return {
    id,
    runtime,
    name: status.name,
    type,
    state,
    startedAt: running?.startedAt ?? null,
    image: status.image,
    imageId: status.imageID,
  };
}
