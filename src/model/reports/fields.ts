import * as z from 'zod/mini';
import { Coverage } from '../coverage.ts';
import { packageTypes } from '../package-types.ts';
import { Selection } from '../selection.ts';

const texts = z.array(z.string());

/** What was asked for, as typed: in each list one entry must fit; an empty list is no condition. */
export const ReportQuestion = z.object({
  teams: texts.check(z.describe('--team: names, or patterns of names.')),
  unowned: z
    .boolean()
    .check(z.describe('--unowned: containers without a team, beside those of --team, or alone where no team is asked for.')),
  namespaces: texts.check(z.describe('--namespace: names.')),
  excludedNamespaces: texts.check(z.describe('--exclude-namespace: names, or patterns of names.')),
  selector: z.nullable(z.string()).check(z.describe('--selector: labels of pods, in the syntax of Kubernetes; null for all pods.')),
  images: texts.check(z.describe('--image: patterns of references.')),
  systems: texts.check(z.describe('--os: patterns such as debian-12.')),
  packages: texts.check(z.describe('--package: patterns, some with conditions on versions.')),
  sourcePackages: texts.check(z.describe('--source-package: patterns as those of --package.')),
  types: z.array(z.enum(packageTypes)).check(z.describe('--type.')),
  by: z.nullable(z.enum(['team'])).check(z.describe('--by, or null.')),
  columns: texts.check(z.describe('--columns: ids; none for those that the view shows by itself.')),
  sortBy: z
    .nullable(z.object({ column: z.string(), descending: z.boolean() }))
    .check(z.describe('--sort-by, or null for the order of the view.')),
  top: z.nullable(z.int()).check(z.describe('--top, or null for all rows.')),
});
export type ReportQuestion = Readonly<z.infer<typeof ReportQuestion>>;

/** What the inventory of a report covers. */
export const selectionsField = z
  .array(Selection)
  .check(z.describe('What was asked for when collecting; more than one entry where inventories of different things are merged.'));

/** What the JSON of every view begins with. */
export const reportFields = <View extends string>(view: View) => ({
  schemaVersion: z.string().check(z.describe('Version of this schema.')),
  view: z.literal(view).check(z.describe('Which view it is.')),
  generated: z.string().check(z.describe('When it was collected (RFC 3339).')),
  question: ReportQuestion.check(
    z.describe('What was asked for, when collecting or of the inventory: rows and coverage are of that alone.'),
  ),
  selections: selectionsField,
  rowsLeftOut: z.int().check(z.describe('Rows that --top left out, below those that are here.')),
  coverage: Coverage,
});

/** Who owns it: the fields of a row about a team. */
export const ownershipFields = {
  team: z.nullable(z.string()).check(z.describe('The team, or null.')),
  ownership: z.enum(['owned', 'unowned', 'unknown']).check(z.describe('Why team is null: nobody owns them, or nobody could be asked.')),
};
