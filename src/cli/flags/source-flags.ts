import { sourceKinds } from '../../collect/collectors.ts';
import { UsageError } from '../../model/errors.ts';
import type { Source } from '../../model/inventory.ts';
import type { CollectPlan } from '../../model/plan.ts';
import type { CollectFlags } from './collect-flags.ts';

type SourceKind = keyof typeof sourceKinds;
export const kindNames = (Object.keys(sourceKinds) as SourceKind[]).sort();

/** What is looked for if no flag says what to read. */
const lookedFor = kindNames.filter((kind) => sourceKinds[kind].isDefault);

/** What to read, or null to look around. Flags without effect are refused: they would seem to have worked. */
export function sourcesOf(flags: CollectFlags): CollectPlan['sources'] {
  const sources = namedSources(flags);
  refuseReplaced(flags);
  refuseUnused(flags, sources ?? lookedFor);
  return sources;
}

/** The flags that say where a source is. Giving one asks for that source. */
const kindOfFlag = {
  dockerHost: 'docker',
  dockerContext: 'docker',
  kubeconfig: 'kubernetes',
  context: 'kubernetes',
  server: 'kubernetes',
  pods: 'kubernetes',
  rootfs: 'rootfs',
} as const satisfies Partial<Record<keyof CollectFlags, SourceKind>>;

/** --source and --rootfs turn off looking around: then only what flags name is read. */
function namedSources({ source, ...flags }: CollectFlags): CollectPlan['sources'] {
  const named = (Object.keys(kindOfFlag) as (keyof typeof kindOfFlag)[]).filter((flag) => isGiven(flags, flag));
  if (source === undefined) return flags.rootfs === undefined ? null : [...new Set(named.map((flag) => kindOfFlag[flag]))];
  if (source.includes('rootfs') && flags.rootfs === undefined)
    throw new UsageError('--source rootfs: no folder is named. Name one: --rootfs DIR.');
  const other = named.find((flag) => flag !== 'rootfs' && !source.includes(kindOfFlag[flag]));
  if (other !== undefined)
    throw new UsageError(
      `${typed(other)}: --source leaves ${kindOfFlag[other]} out. Add --source ${kindOfFlag[other]}, or leave ${typed(other)} out.`,
    );
  return flags.rootfs === undefined ? (source as SourceKind[]) : [...new Set([...(source as SourceKind[]), 'rootfs' as const])];
}

/** Flags that turn off something that is on by default. */
const negatives: readonly (keyof CollectFlags)[] = ['direct', 'cache'];

export const isGiven = (flags: CollectFlags, flag: keyof CollectFlags) =>
  negatives.includes(flag) ? flags[flag] === false : flags[flag] !== undefined;

/** A flag as a person types it. */
export const typed = (flag: keyof CollectFlags) =>
  `--${negatives.includes(flag) ? 'no-' : ''}${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The flags that say how a source is read, and the sources they apply to. */
const kindsUsing = {
  direct: ['docker'],
  procRoot: ['node', 'docker'],
  clusterName: ['kubernetes'],
  agentNamespace: ['kubernetes'],
  wait: ['kubernetes'],
} as const satisfies Partial<Record<keyof CollectFlags, readonly SourceKind[]>>;

function refuseUnused(flags: CollectFlags, read: readonly Source['kind'][]): void {
  const given = (Object.keys(kindsUsing) as (keyof typeof kindsUsing)[]).filter((flag) => isGiven(flags, flag));
  const unused = given.find((flag) => !kindsUsing[flag].some((kind) => read.includes(kind)));
  if (unused === undefined) return;
  const useful = kindsUsing[unused].map((kind) => `--source ${kind}`).join(' or ');
  throw new UsageError(`${typed(unused)}: it has no effect on what is read here. Use it with ${useful}.`);
}

/** The flags that take the place of others. */
const replaced = {
  pods: ['server', 'kubeconfig', 'context', 'agentNamespace', 'wait'],
  server: ['kubeconfig', 'context'],
} as const satisfies Partial<Record<keyof CollectFlags, readonly (keyof CollectFlags)[]>>;

const places = { pods: 'a cluster', server: 'a kubeconfig' } as const satisfies Record<keyof typeof replaced, string>;

function refuseReplaced(flags: CollectFlags): void {
  for (const flag of ['pods', 'server'] as const) {
    const other = isGiven(flags, flag) && replaced[flag].find((each) => isGiven(flags, each));
    if (other) throw new UsageError(`${typed(other)}: ${typed(flag)} takes the place of ${places[flag]}. Leave one of the two out.`);
  }
}
