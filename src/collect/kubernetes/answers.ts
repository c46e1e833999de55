import * as z from 'zod/mini';
import { isPairs, listOf } from '../answer.ts';

/** The API server's answers, but only the fields that are used; unknown ones are ignored. */

/** Labels and annotations: used as they are, because ten thousand pods have a hundred thousand of them. */
const Pairs = z.nullable(z.custom<Readonly<Record<string, string>>>(isPairs, 'should be an object of texts'));

const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.optional(z.nullable(z.boolean())),
});

const Metadata = z.object({
  name: z.string(),
  namespace: z.optional(z.string()),
  uid: z.string(),
  labels: z.optional(Pairs),
  annotations: z.optional(Pairs),
  ownerReferences: z.optional(z.nullable(listOf(OwnerReference))),
});
export type Metadata = z.infer<typeof Metadata>;

const NamespacedMetadata = z.extend(Metadata, { namespace: z.string() });

/** A container in a pod's status. */
export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string | null;
  readonly image: string;
  readonly imageID: string;
  readonly state?: {
    readonly running?: { readonly startedAt?: string | null } | null;
    readonly terminated?: object | null;
    readonly waiting?: { readonly reason?: string | null } | null;
  } | null;
}

/** A container in a pod's spec. */
export interface PlannedContainer {
  readonly name: string;
  readonly image?: string | null;
}

type ContainerStatuses = readonly ContainerStatus[] | null;

export interface PodAnswer {
  readonly metadata: Metadata & { readonly namespace: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly runtimeClassName?: string | null;
    readonly containers?: readonly PlannedContainer[] | null;
    readonly initContainers?: readonly PlannedContainer[] | null;
  };
  readonly status: {
    readonly phase?: string | null;
    readonly containerStatuses?: ContainerStatuses;
    readonly initContainerStatuses?: ContainerStatuses;
    readonly ephemeralContainerStatuses?: ContainerStatuses;
  };
}

/** Checked in place, by hand: zod copies what it checks, which for ten thousand pods takes a tenth of the time of listing them. */
export const PodAnswer = z.custom<PodAnswer>(isPod, 'should be a pod');

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown) => typeof value === 'string';

const isTextOrNone = (value: unknown) => value === undefined || value === null || typeof value === 'string';

const isListOrNone = (value: unknown, isItem: (item: unknown) => boolean) =>
  value === undefined || value === null || (Array.isArray(value) && value.every(isItem));

const isFieldsOrNone = (value: unknown) => value === undefined || value === null || isFields(value);

const isPairsOrNone = (value: unknown) => value === undefined || value === null || isPairs(value);

function isPod(value: unknown): boolean {
  if (!isFields(value) || !isFields(value.spec) || !isFields(value.status) || !isFields(value.metadata)) return false;
  const { metadata, spec, status } = value;
  return (
    [metadata.name, metadata.namespace, metadata.uid].every(isText) &&
    [metadata.labels, metadata.annotations].every(isPairsOrNone) &&
    isListOrNone(metadata.ownerReferences, isOwnerReference) &&
    [spec.nodeName, spec.runtimeClassName, status.phase].every(isTextOrNone) &&
    [spec.containers, spec.initContainers].every((list) => isListOrNone(list, isPlannedContainer)) &&
    [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses].every((list) =>
      isListOrNone(list, isContainerStatus),
    )
  );
}

const isOwnerReference = (value: unknown) => isFields(value) && [value.apiVersion, value.kind, value.name, value.uid].every(isText);

const isPlannedContainer = (value: unknown) => isFields(value) && isText(value.name) && isTextOrNone(value.image);

function isContainerStatus(value: unknown): boolean {
  if (!isFields(value) || ![value.name, value.image, value.imageID].every(isText) || !isTextOrNone(value.containerID)) return false;
  const { state } = value;
  if (state === undefined || state === null) return true;
  if (!isFields(state) || ![state.running, state.terminated, state.waiting].every(isFieldsOrNone)) return false;
  if (isFields(state.waiting) && !isTextOrNone(state.waiting.reason)) return false;
  return !isFields(state.running) || isTextOrNone(state.running.startedAt);
}

export const ServiceAnswer = z.object({
  metadata: NamespacedMetadata,
  spec: z.object({ selector: z.optional(Pairs) }),
});

/** An object of any kind, as in PartialObjectMetadata. */
export const ObjectAnswer = z.object({ metadata: Metadata });

/**
 * A page of a list. Its items are checked one by one, each with the schema of its kind. In an empty PartialObjectMetadataList they are
 * null, which is how Go writes a list that was never made.
 */
export const ListAnswer = z.object({
  metadata: z.object({ continue: z.optional(z.string()) }),
  items: z.nullable(z.array(z.unknown())),
});

export const VersionAnswer = z.object({ gitVersion: z.string() });

/** What an API group and version contains: https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api */
export const ResourcesAnswer = z.object({
  resources: listOf(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

export const GroupAnswer = z.object({ preferredVersion: z.object({ groupVersion: z.string() }) });

/** The API server's refusal: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const StatusAnswer = z.object({ message: z.optional(z.string()) });
