import * as z from 'zod/mini';
import { Coverage } from './coverage.ts';

/** What the JSON of every view begins with. */
export const reportFields = {
  schemaVersion: z.string().check(z.describe('Version of this schema.')),
  generated: z.string().check(z.describe('When it was collected (RFC 3339).')),
  coverage: Coverage,
};

/** Whose it is: the fields of a row about a team. */
export const ownershipFields = {
  team: z.nullable(z.string()).check(z.describe('The team, or null.')),
  ownership: z.enum(['owned', 'unowned', 'unknown']).check(z.describe('Why team is null: nobody owns them, or nobody could be asked.')),
};
