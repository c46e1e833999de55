import * as z from 'zod/mini';

/** Something noticed on the way that belongs in the result. */
export const Diagnostic = z.object({
  severity: z
    .enum(['error', 'warning', 'info'])
    .check(z.describe('error: something is missing from the result; warning: something is odd, nothing is missing.')),
  code: z.string().check(z.describe('stage/slug, stable: for tools.')),
  message: z.string().check(z.describe('One sentence for a person.')),
  container: z.nullable(z.string()).check(z.describe('Id of the container it is about, or null.')),
  path: z.nullable(z.string()).check(z.describe('Path inside the container, or null.')),
});
export type Diagnostic = Readonly<z.infer<typeof Diagnostic>>;
