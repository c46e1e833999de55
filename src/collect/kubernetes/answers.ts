import * as z from 'zod/mini';

/** Of the API server's answers only the fields that are used; unknown ones are let pass. */

const Labels = z.pipe(
  z.transform((labels) => labels ?? {}),
  z.record(z.string(), z.string()),
);

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
  metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string(), labels: z.optional(Labels) }),
  spec: z.object({ nodeName: z.optional(z.string()) }),
  status: z.object({
    containerStatuses: ContainerStatuses,
    initContainerStatuses: ContainerStatuses,
    ephemeralContainerStatuses: ContainerStatuses,
  }),
});
export type PodAnswer = z.infer<typeof PodAnswer>;

export const NamespaceAnswer = z.object({ metadata: z.object({ name: z.string(), uid: z.string(), labels: z.optional(Labels) }) });

/** A page of a list. Its items are checked one by one, each with the schema of its kind. */
export const ListAnswer = z.object({
  metadata: z.object({ continue: z.optional(z.string()) }),
  items: z.array(z.unknown()),
});

export const VersionAnswer = z.object({ gitVersion: z.string() });

/** What the API server says when it refuses: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const StatusAnswer = z.object({ message: z.optional(z.string()) });
