import * as z from 'zod/mini';
import { Team, TeamCandidate } from './container.ts';

/** One object that may name the team of a container, and what it says. */
export const OwnerStep = z.object({
  kind: z.string().check(z.describe('Kind of the object; Config for the mapping of the config.')),
  namespace: z.nullable(z.string()).check(z.describe('Namespace of the object, or null for what is in none.')),
  name: z.nullable(z.string()).check(z.describe('Name of the object, or null where there is none of the kind.')),
  outcome: z
    .enum(['asked', 'unasked', 'gone'])
    .check(z.describe('asked: it was looked at; unasked: the account may not read it; gone: it is not there any more.')),
  found: z.array(TeamCandidate).check(z.describe('The teams that it names, in the order in which keys are tried.')),
});
export type OwnerStep = Readonly<z.infer<typeof OwnerStep>>;

/** How a container gets its team: every object that was asked, in order. */
export const OwnerWalk = z.object({
  container: z.string().check(z.describe('Name of the container.')),
  id: z.nullable(z.string()).check(z.describe('Id of the container, or null as long as it has none.')),
  cluster: z.nullable(z.string()).check(z.describe('Name of its cluster, or null outside Kubernetes.')),
  namespace: z.nullable(z.string()),
  pod: z.nullable(z.string()).check(z.describe('Name of its pod, or null outside Kubernetes.')),
  team: Team,
  steps: z.array(OwnerStep),
});
export type OwnerWalk = Readonly<z.infer<typeof OwnerWalk>>;
