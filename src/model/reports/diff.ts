import * as z from 'zod/mini';
import { Coverage } from '../coverage.ts';
import { diffChanges } from '../diff-changes.ts';
import { PackageType } from '../package.ts';
import { ReportQuestion, reportFields, selectionsField } from './fields.ts';

/** A part of a workload that both inventories may have: compared by name, because ids change from day to day. */
export const DiffPlace = z.object({
  cluster: z.nullable(z.string()).check(z.describe('Name of the cluster, or null outside Kubernetes.')),
  namespace: z.nullable(z.string()),
  workload: z
    .nullable(z.string())
    .check(z.describe('Kind/name of the workload, or Pod/name of a pod without one; null outside Kubernetes.')),
  container: z.string().check(z.describe('Name of the container.')),
});
export type DiffPlace = Readonly<z.infer<typeof DiffPlace>>;

/** One difference between two inventories. */
export const DiffRow = z.object({
  change: z
    .enum(Object.keys(diffChanges) as [keyof typeof diffChanges, ...(keyof typeof diffChanges)[]])
    .check(
      z.describe(
        'added, removed; upgraded, downgraded: by the newest version on either side, in the order of the ecosystem; rebuilt: other versions that this order calls equal, or fewer or more versions with the same newest; unknown: one side could not be read.',
      ),
    ),
  team: z.nullable(z.string()).check(z.describe('The team on the newer side (on the older of what is gone), or null.')),
  ownership: z.enum(['owned', 'unowned', 'unknown']),
  package: z.nullable(z.string()).check(z.describe('Name of the package; null for unknown.')),
  type: z.nullable(PackageType),
  architecture: z.nullable(z.string()),
  before: z.array(z.string()).check(z.describe('Versions on the older side, in the order of the ecosystem.')),
  after: z.array(z.string()).check(z.describe('Versions on the newer side.')),
  reason: z.nullable(z.string()).check(z.describe('For unknown: which side could not be read, and why; else null.')),
  places: z.array(DiffPlace).check(z.describe('Where: places of one cluster.')),
});
export type DiffRow = Readonly<z.infer<typeof DiffRow>>;

/** What differs between two inventories. */
export const DiffReport = z.object({
  ...reportFields('diff'),
  generated: z.string().check(z.describe('When the newer inventory was collected (RFC 3339).')),
  question: ReportQuestion.check(
    z.describe(
      'What was asked for, of the inventories or, where it was the same, when collecting them: rows and coverage are of the places of which either side fits, and the rows of a package are those of which either side fits. What could not be read may fit, and stays.',
    ),
  ),
  coverage: Coverage.check(
    z.describe('What was read of the newer inventory; complete is said of both, and of whether all of them could be compared.'),
  ),
  older: z
    .object({
      generated: z.string().check(z.describe('When it was collected (RFC 3339).')),
      selections: selectionsField,
      coverage: Coverage,
    })
    .check(z.describe('The older inventory.')),
  rows: z.array(DiffRow),
});
