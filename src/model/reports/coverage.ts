import * as z from 'zod/mini';
import { TeamSource } from '../container.ts';
import { coverageFindings } from '../coverage-findings.ts';
import { reportFields } from './fields.ts';

/** A row of the view coverage: how many containers have the same finding. */
export const CoverageRow = z.object({
  finding: z
    .enum(Object.keys(coverageFindings) as [keyof typeof coverageFindings, ...(keyof typeof coverageFindings)[]])
    .check(
      z.describe(
        'read, partial, no-database, unread: what came of looking into them; changed: package databases changed since the image was made; team-from: what gave the team; unowned, unknown; conflict: something asked later names another team; undecided: Services disagree.',
      ),
    ),
  cluster: z.nullable(z.string()).check(z.describe('Name of the cluster, or null where the row is about all, or about none.')),
  namespace: z.nullable(z.string()).check(z.describe('Namespace, or null where the row is about all, or about none.')),
  detail: z.nullable(z.string()).check(z.describe('One phrase for a person, or null.')),
  from: z
    .nullable(z.pick(TeamSource, { kind: true, field: true, key: true }))
    .check(z.describe('For team-from: the kind of object, the field and the key; else null.')),
  teams: z.array(z.string()).check(z.describe('The teams it is about, the one that is taken first.')),
  containers: z.int().check(z.describe('Running containers.')),
});
export type CoverageRow = Readonly<z.infer<typeof CoverageRow>>;

export const CoverageReport = z.object({ ...reportFields('coverage'), rows: z.array(CoverageRow) });
