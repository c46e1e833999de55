import * as z from 'zod/mini';

/** Which pods, and which of their containers, are asked for: all conditions must hold. */
export const Selection = z.object({
  namespaces: z.array(z.string()).check(z.describe('Names of namespaces to take; none for all.')),
  excludedNamespaces: z.array(z.string()).check(z.describe('Names, or patterns of names, of namespaces to leave out.')),
  selector: z.nullable(z.string()).check(z.describe('Labels of pods, in the syntax of Kubernetes; null for all pods.')),
});
export type Selection = Readonly<z.infer<typeof Selection>>;
