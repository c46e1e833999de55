import { matchesGlob } from '../text/glob.ts';

// Separate from the schema of a Selection: the help needs this, without loading zod.

/** Names of namespaces to include (none means all), and patterns of those to leave out. */
export interface NamespaceChoice {
  readonly namespaces: readonly string[];
  readonly excludedNamespaces: readonly string[];
}

export function isSelectedNamespace(namespace: string, { namespaces, excludedNamespaces }: NamespaceChoice): boolean {
  return (
    (namespaces.length === 0 || namespaces.includes(namespace)) && !excludedNamespaces.some((pattern) => matchesGlob(pattern, namespace))
  );
}
