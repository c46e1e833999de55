import * as z from 'zod/mini';
import { Source } from './inventory.ts';
import { UnreadReason } from './scan.ts';

/** How much of what runs was read, and how much has a team. */
export const Coverage = z.object({
  complete: z.boolean().check(z.describe('Whether every running container was read wholly, and all who own them could be asked.')),
  containers: z.object({
    running: z.int().check(z.describe('Running containers: read + partial + noDatabase + unread.')),
    read: z.int(),
    partial: z.int().check(z.describe('Some database, or some of its records, could not be read.')),
    noDatabase: z.int().check(z.describe('Looked into, and without any of the databases known.')),
    unread: z.int(),
    neverReadable: z
      .int()
      .check(z.describe('Of the unread ones those that nobody can read, as the config says: they make nothing incomplete.')),
    tooNew: z
      .int()
      .check(
        z.describe(
          'Of the unread ones those that were started after the agent of their node had looked: the next look will see them, and they make nothing incomplete.',
        ),
      ),
    unclear: z
      .int()
      .check(z.describe('Those that were read, and may not be what was asked for: nobody knows their namespace or their image.')),
    changed: z.int().check(z.describe('Those whose package databases changed since their image was made.')),
    gone: z.int().check(z.describe('Ended during the scan: not among the running ones.')),
    waiting: z
      .nullable(z.int())
      .check(z.describe('Of the pods, not running yet: not among the running ones. Null where less was asked for than was collected.')),
    terminated: z.nullable(z.int()).check(z.describe('Of the pods, ended: not among the running ones. Null as waiting is.')),
  }),
  unread: z
    .array(z.object({ status: z.enum(['partial', 'unread']), reason: UnreadReason, containers: z.int(), nodes: z.array(z.string()) }))
    .check(z.describe('Why containers were not read, or not wholly, and on which nodes.')),
  teams: z.object({
    teams: z.int().check(z.describe('Distinct teams.')),
    unownedContainers: z.int(),
    unknownContainers: z.int().check(z.describe('Containers about whose team nobody could be asked.')),
  }),
  sources: z.array(Source),
  packageTypes: z.array(z.string()).check(z.describe('The kinds of packages that are looked for: those of operating systems.')),
});
export type Coverage = Readonly<z.infer<typeof Coverage>>;
