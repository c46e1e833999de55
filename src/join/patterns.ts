import type { ContainerPattern, Patterns, UnreadableRule } from '../model/config-file.ts';
import type { FoundContainer } from '../model/container-scan.ts';
import type { Pairs } from '../model/directory.ts';
import { matchesGlob } from '../text/glob.ts';
import { ownerChain, type Placement } from './placements.ts';

/** What patterns are matched against. */
export interface ContainerFacts {
  /** Name and uid. */
  readonly cluster: readonly string[];
  readonly namespace: readonly string[];
  /** Name and kind/name of every owner of the pod. */
  readonly workload: readonly string[];
  readonly container: readonly string[];
  readonly image: readonly string[];
  readonly labels: Pairs;
  readonly node: readonly string[];
  readonly nodeLabels: Pairs;
  readonly runtimeClass: readonly string[];
  /** Fields that may have more values than are known: a pattern that fits none of the known ones may still fit. */
  readonly unsure: ReadonlySet<keyof ContainerPattern>;
}

/** What is known about a container: from the source that found it, from its pod, or from both. */
export function factsOf(found: FoundContainer | null, placement: Placement | null): ContainerFacts {
  const facts = placement === null ? unplacedFacts(found) : placedFacts(placement);
  const listed = placement?.container ?? null;
  const isNameless = found !== null && found.labels === null;
  const container = known(listed?.name ?? found?.pod?.container ?? (isNameless ? null : found?.name));
  const image = known(found?.image?.name, listed?.image);
  const unsure = new Set(facts.unsure);
  if (isNameless && container.length === 0) unsure.add('container');
  if (isNameless && image.length === 0) unsure.add('image');
  return { ...facts, container, image, unsure };
}

type PodFacts = Omit<ContainerFacts, 'container' | 'image'>;

function placedFacts({ cluster, pod }: Placement): PodFacts {
  const owners = ownerChain(cluster, pod);
  const unsure = new Set<keyof ContainerPattern>();
  if (cluster.uid === null) unsure.add('cluster');
  if (owners.at(-1)?.outcome === 'unasked') unsure.add('workload');
  return {
    cluster: known(cluster.name, cluster.uid),
    namespace: [pod.namespace],
    workload: owners.flatMap(({ reference: { kind, name } }) => [name, `${kind}/${name}`]),
    labels: pod.labels,
    node: known(pod.node),
    nodeLabels: (pod.node !== null && cluster.nodes?.get(pod.node)) || {},
    runtimeClass: known(pod.runtimeClass),
    unsure,
  };
}

/** If the container belongs to a pod, that was not asked. */
function unplacedFacts(found: FoundContainer | null): PodFacts {
  const pod = found?.pod ?? null;
  const unsure = new Set<keyof ContainerPattern>(pod === null ? [] : ['cluster', 'workload', 'labels']);
  if (pod !== null && pod.namespace === null) unsure.add('namespace');
  if (found !== null && found.labels === null) unsure.add('labels');
  const nothing = { cluster: [], workload: [], node: [], nodeLabels: {}, runtimeClass: [] };
  return { ...nothing, namespace: known(pod?.namespace), labels: found?.labels ?? {}, unsure };
}

const known = (...values: readonly (string | null | undefined)[]) => values.filter((value) => typeof value === 'string');

/** `unsure`: what is known about a container neither fits nor differs. */
export type Fit = 'fits' | 'unsure' | 'differs';

/** Whether everything that a pattern names fits. */
export function fitOf(pattern: ContainerPattern, facts: ContainerFacts): Fit {
  const fits = [
    ...(['cluster', 'namespace', 'workload', 'container', 'image'] as const).map((field) => fitOfField(field, pattern[field], facts)),
    fitsLabels(pattern.labels, facts.labels) ? 'fits' : facts.unsure.has('labels') ? 'unsure' : 'differs',
  ] as const;
  return fits.includes('differs') ? 'differs' : fits.includes('unsure') ? 'unsure' : 'fits';
}

/** Whether everything that a pattern names is known, and fits. */
export const fits = (pattern: ContainerPattern, facts: ContainerFacts) => fitOf(pattern, facts) === 'fits';

function fitOfField(
  field: 'cluster' | 'namespace' | 'workload' | 'container' | 'image',
  patterns: Patterns | undefined,
  facts: ContainerFacts,
): Fit {
  if (fitsAny(patterns, facts[field])) return 'fits';
  if (!facts.unsure.has(field)) return 'differs';
  // If the name of the cluster is known, only its uid is open.
  const mayFit = field !== 'cluster' || facts.cluster.length === 0 || listOf(patterns).some(mayBeOfUid);
  return mayFit ? 'unsure' : 'differs';
}

const mayBeOfUid = (pattern: string) => /^[\da-f*?-]+$/.test(pattern);

/** Whether the config says that nobody can read a container. */
export function isUnreadable(rule: UnreadableRule, facts: ContainerFacts): boolean {
  return (
    (['namespace', 'node', 'runtimeClass'] as const).every((field) => fitsAny(rule[field], facts[field])) &&
    fitsLabels(rule.nodeLabels, facts.nodeLabels)
  );
}

function fitsAny(patterns: Patterns | undefined, values: readonly string[]): boolean {
  if (patterns === undefined) return true;
  return listOf(patterns).some((pattern) => values.some((value) => matchesGlob(pattern, value)));
}

function fitsLabels(patterns: Readonly<Record<string, Patterns>> | undefined, labels: Pairs): boolean {
  return Object.entries(patterns ?? {}).every(([key, wanted]) =>
    fitsAny(wanted, Object.hasOwn(labels, key) ? [labels[key] as string] : []),
  );
}

const listOf = (patterns: Patterns | undefined) => (typeof patterns === 'string' ? [patterns] : (patterns ?? []));
