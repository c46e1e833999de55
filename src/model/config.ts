import type { ContainerPattern, MappingRule, UnreadableRule } from './config-file.ts';

/** Where the names of teams are found. */
export interface Ownership {
  /** Labels and annotations, in the order in which they are tried. */
  readonly keys: readonly string[];
  /** Other spellings by the name of the team. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Image labels that are tried. */
  readonly imageLabels: readonly string[];
  readonly mapping: readonly MappingRule[];
}

/** What is in effect: the file, with defaults for what it does not say. */
export interface Config {
  /** Name of the file, without its folder, or null if there is none. */
  readonly file: string | null;
  readonly ownership: Ownership;
  readonly ignore: readonly ContainerPattern[];
  readonly unreadable: readonly UnreadableRule[];
}

/** The common keys: from the talk behind this project, Kubernetes' own prefix, Dynatrace, annotations for humans. */
export const defaultConfig: Config = {
  file: null,
  ownership: {
    keys: ['team', 'owner', 'app.kubernetes.io/team', 'dt.owner', 'a8r.io/owner'],
    aliases: {},
    imageLabels: [],
    mapping: [],
  },
  ignore: [],
  unreadable: [],
};
