import * as z from 'zod/mini';

/** Of the API server's answers only the fields that are used; unknown ones are let pass. */

/** Labels, annotations: taken as they are, for ten thousand pods have a hundred thousand of them. */
const Pairs = z.nullable(z.custom<Readonly<Record<string, string>>>(isPairs, 'should be an object of texts'));

function isPairs(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if (typeof (value as Record<string, unknown>)[key] !== 'string') return false;
  return true;
}

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
  ownerReferences: z.optional(z.nullable(z.array(OwnerReference))),
});
export type Metadata = z.infer<typeof Metadata>;

const NamespacedMetadata = z.extend(Metadata, { namespace: z.string() });

const ContainerStatus = z.object({
  name: z.string(),
  containerID: z.optional(z.string()),
  image: z.string(),
  imageID: z.string(),
  state: z.optional(
    z.object({
      running: z.optional(z.nullable(z.object({ startedAt: z.optional(z.nullable(z.string())) }))),
      terminated: z.optional(z.nullable(z.object({}))),
    }),
  ),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

const ContainerStatuses = z.optional(z.nullable(z.array(ContainerStatus)));

export const PodAnswer = z.object({
  metadata: NamespacedMetadata,
  spec: z.object({ nodeName: z.optional(z.string()), runtimeClassName: z.optional(z.nullable(z.string())) }),
  status: z.object({
    containerStatuses: ContainerStatuses,
    initContainerStatuses: ContainerStatuses,
    ephemeralContainerStatuses: ContainerStatuses,
  }),
});

export const ServiceAnswer = z.object({
  metadata: NamespacedMetadata,
  spec: z.object({ selector: z.optional(Pairs) }),
});

/** An object of any kind, as PartialObjectMetadata has it. */
export const ObjectAnswer = z.object({ metadata: Metadata });

/** A page of a list. Its items are checked one by one, each with the schema of its kind. */
export const ListAnswer = z.object({
  metadata: z.object({ continue: z.optional(z.string()) }),
  items: z.array(z.unknown()),
});

export const VersionAnswer = z.object({ gitVersion: z.string() });

/** What an API group and version has: https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api */
export const ResourcesAnswer = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

export const GroupAnswer = z.object({ preferredVersion: z.object({ groupVersion: z.string() }) });

/** What the API server says when it refuses: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const StatusAnswer = z.object({ message: z.optional(z.string()) });
