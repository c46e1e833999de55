import * as z from 'zod/mini';

/** The operating system that an os-release file names. */
export const System = z.object({
  id: z.nullable(z.string()).check(z.describe('ID of os-release, such as debian, or null.')),
  idLike: z.array(z.string()).check(z.describe('ID_LIKE of os-release: the family, from the nearest.')),
  versionId: z.nullable(z.string()).check(z.describe('VERSION_ID of os-release, such as 12, or null (rolling distributions have none).')),
  name: z.nullable(z.string()).check(z.describe('PRETTY_NAME of os-release, else NAME, or null.')),
});
export type System = Readonly<z.infer<typeof System>>;
