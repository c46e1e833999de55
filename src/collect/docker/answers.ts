import * as z from 'zod/mini';
import { isPairs, listOf } from '../answer.ts';

/** Docker's answers, but only the fields that are used; unknown ones are ignored. */

const Labels = z.pipe(
  z.transform((labels) => labels ?? {}),
  z.custom<Readonly<Record<string, string>>>(isPairs, 'should be an object of texts'),
);

/** An id is part of the paths that are requested from the engine. */
const Id = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'should be 64 hexadecimal digits'));

/** GET /version. Podman's answer has a component with its own name. */
export const VersionAnswer = z.object({
  Version: z.string(),
  Components: z.optional(z.nullable(listOf(z.object({ Name: z.string() })))),
});

/** GET /containers/json: running containers, including paused ones. */
export const ContainersAnswer = listOf(
  z.object({
    Id,
    Names: z.nullable(listOf(z.string())),
    Image: z.string(),
    ImageID: z.string(),
    Labels,
  }),
);
export type ListedContainer = z.infer<typeof ContainersAnswer>[number];

/** What the engine mounted into a container. */
const Mounts = z.optional(z.nullable(listOf(z.object({ Destination: z.string() }))));

const SomeOrNone = z.optional(z.nullable(z.array(z.unknown())));

/** GET /containers/{id}/json. */
export const ContainerAnswer = z.object({
  Created: z.optional(z.string()),
  State: z.object({ Running: z.boolean(), StartedAt: z.string(), Pid: z.optional(z.number()) }),
  /** What allows the container to mount something itself. */
  HostConfig: z.optional(z.nullable(z.object({ Privileged: z.optional(z.boolean()), CapAdd: SomeOrNone, Devices: SomeOrNone }))),
  Mounts,
});
export type ContainerAnswer = z.infer<typeof ContainerAnswer>;

/** GET /containers/{id}/json?size=1. */
export const ContainerSizeAnswer = z.object({
  /** Bytes in the container's own layer; -1 if the engine fails to measure it. */
  SizeRw: z.optional(z.nullable(z.number())),
  Mounts,
});

/** GET /info: how layers are stored. */
export const StorageAnswer = z.object({
  Driver: z.string(),
  DriverStatus: z.optional(z.nullable(listOf(listOf(z.string())))),
});

/** GET /containers/{id}/changes: null when there are none. */
export const ChangesAnswer = z.nullable(listOf(z.object({ Path: z.string() })));

/** GET /images/{id}/json. */
export const ImageAnswer = z.object({
  RepoTags: z.optional(z.nullable(listOf(z.string()))),
  RepoDigests: z.optional(z.nullable(listOf(z.string()))),
  Config: z.optional(z.nullable(z.object({ Labels: z.optional(Labels) }))),
});

/** What HEAD and GET /containers/{id}/archive say about the path: JSON in base64. */
export const pathStatHeader = 'x-docker-container-path-stat';

export const PathStat = z.object({
  size: z.number(),
  /** Go's os.FileMode. */
  mode: z.number(),
  mtime: z.string(),
  /** Where a link leads, after following all links in that path inside the container. */
  linkTarget: z.string(),
});
export type PathStat = z.infer<typeof PathStat>;
