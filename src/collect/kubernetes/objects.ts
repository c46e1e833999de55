import type { ClusterObject, OwnerReference, Pairs, Pod, PodContainer, Service } from '../../model/directory.ts';
import { checkAnswer } from '../answer.ts';
import { type ContainerStatus, type Metadata, ObjectAnswer, type PlannedContainer, PodAnswer, ServiceAnswer } from './answers.ts';

/** Turns answers of the API server into the objects that the join uses. */
export interface ObjectReader {
  readonly pod: (item: unknown) => Pod;
  readonly service: (item: unknown) => Service;
  /** The metadata of an object of any kind. */
  readonly object: (kind: string, item: unknown) => ClusterObject;
}

/** Keeps only annotations with the given keys. `whose` starts the error message for an object of the wrong form. */
export function objectReader(keys: readonly string[], whose = (kind: string) => `The API server's answer on a ${kind}`): ObjectReader {
  const factsOf = (kind: string, { name, namespace = undefined, uid, labels, annotations, ownerReferences }: Metadata) => ({
    ...{ kind, namespace: namespace ?? null, name, uid },
    labels: labels ?? {},
    annotations: annotations ? pick(annotations, keys) : {},
    owner: ownerOf(ownerReferences ?? []),
  });
  return {
    pod: (item) => {
      const answer = checkAnswer(PodAnswer, item, whose('pod'));
      const { metadata, spec } = answer;
      return {
        ...factsOf('Pod', metadata),
        namespace: metadata.namespace,
        node: spec.nodeName ?? null,
        runtimeClass: spec.runtimeClassName ?? null,
        staticUid: metadata.annotations?.[mirrorAnnotation] ?? null,
        containers: containersOf(answer),
      };
    },
    service: (item) => {
      const { metadata, spec } = checkAnswer(ServiceAnswer, item, whose('Service'));
      return { ...factsOf('Service', metadata), namespace: metadata.namespace, selector: spec.selector ?? {} };
    },
    object: (kind, item) => factsOf(kind, checkAnswer(ObjectAnswer, item, whose(kind)).metadata),
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** If a pod has no node yet, or its node rejected it before it started, only its spec names its containers. */
function containersOf({ spec, status }: PodAnswer): PodContainer[] {
  const told = [
    ...(status.containerStatuses ?? []).map((container) => containerOf(container, 'container')),
    ...(status.initContainerStatuses ?? []).map((container) => containerOf(container, 'init')),
    ...(status.ephemeralContainerStatuses ?? []).map((container) => containerOf(container, 'ephemeral')),
  ];
  if (told.length > 0) return told;
  const state = status.phase === 'Failed' || status.phase === 'Succeeded' ? 'terminated' : 'waiting';
  const planned = (type: PodContainer['type']) => (container: PlannedContainer) => plannedContainer(container, type, state);
  return [...(spec.containers ?? []).map(planned('container')), ...(spec.initContainers ?? []).map(planned('init'))];
}

function plannedContainer({ name, image }: PlannedContainer, type: PodContainer['type'], state: PodContainer['state']): PodContainer {
  return { id: null, runtime: null, name, type, state, waitsFor: null, startedAt: null, image: image ?? '', imageId: '' };
}

function pick(pairs: Pairs, keys: readonly string[]): Pairs {
  const picked = keys.flatMap((key) => (Object.hasOwn(pairs, key) ? [[key, pairs[key] as string] as const] : []));
  return Object.fromEntries(picked);
}

/** The Node that a static pod names as its owner is where it runs, not who owns it. */
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
    waitsFor: (state === 'waiting' && status.state?.waiting?.reason) || null,
    startedAt: running?.startedAt ?? null,
    image: status.image,
    imageId: status.imageID,
  };
}
