import * as z from 'zod/mini';

/** Of Docker's answers only the fields that are used; unknown ones are let pass. */

const Labels = z.pipe(
  z.transform((labels) => labels ?? {}),
  z.record(z.string(), z.string()),
);

/** GET /version. Podman answers with a component of its own name. */
export const VersionAnswer = z.object({
  Version: z.string(),
  Components: z.optional(z.nullable(z.array(z.object({ Name: z.string() })))),
});

/** An id becomes a part of paths that are asked for: what is none might lead anywhere. */
const Id = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'it is no id of a container'));

/** Half a character cannot be written into a path. */
const WholeText = z.string().check(z.refine((text) => !/\p{Cs}/u.test(text), 'it has half a character'));

/** GET /containers/json: those that run, paused ones among them. */
export const ContainersAnswer = z.array(
  z.object({
    Id,
    Names: z.nullable(z.array(z.string())),
    Image: z.string(),
    ImageID: WholeText,
    Labels,
  }),
);
export type ListedContainer = z.infer<typeof ContainersAnswer>[number];

/** GET /containers/{id}/json. */
export const ContainerAnswer = z.object({
  Created: z.optional(z.string()),
  State: z.object({ Running: z.boolean(), StartedAt: z.string(), Pid: z.optional(z.number()) }),
});

/** GET /containers/{id}/changes: null where there are none. */
export const ChangesAnswer = z.nullable(z.array(z.object({ Path: z.string() })));

/** GET /images/{id}/json. */
export const ImageAnswer = z.object({
  RepoTags: z.optional(z.nullable(z.array(z.string()))),
  RepoDigests: z.optional(z.nullable(z.array(z.string()))),
  Config: z.optional(z.nullable(z.object({ Labels: z.optional(Labels) }))),
});

/** The header X-Docker-Container-Path-Stat of HEAD and GET /containers/{id}/archive. */
export const PathStat = z.object({
  size: z.number(),
  /** Go's os.FileMode. */
  mode: z.number(),
  mtime: z.string(),
  /** Where a link leads, all links in that path followed inside the container. */
  linkTarget: WholeText,
});
export type PathStat = z.infer<typeof PathStat>;
