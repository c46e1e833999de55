import type { ContainerPattern, Patterns, UnreadableRule } from '../model/config.ts';
import type { FoundContainer } from '../model/container-scan.ts';
import type { Pairs, PodContainer } from '../model/directory.ts';
import { matchesGlob } from '../model/glob.ts';
import { ownerChain, type Placement } from './placements.ts';

/** What patterns can be held against. What is not known fits none. */
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
}

/** What is known of a container: by the source that found it, by its pod, or by both. */
export function factsOf(found: FoundContainer | null, placement: Placement | null): ContainerFacts {
  const listed: PodContainer | null = placement?.container ?? null;
  return {
    ...podFacts(placement),
    ...(placement === null && { namespace: known(found?.pod?.namespace), labels: found?.labels ?? {} }),
    container: known(listed?.name ?? found?.pod?.container ?? found?.name),
    image: known(found?.image?.name, listed?.image),
  };
}

function podFacts(placement: Placement | null) {
  if (placement === null)
    return { cluster: [], namespace: [], workload: [], labels: {}, node: [], nodeLabels: {}, runtimeClass: [] } as const;
  const { cluster, pod } = placement;
  const owners = ownerChain(cluster, pod).map(({ reference }) => reference);
  return {
    cluster: known(cluster.name, cluster.uid),
    namespace: [pod.namespace],
    workload: owners.flatMap(({ kind, name }) => [name, `${kind}/${name}`]),
    labels: pod.labels,
    node: known(pod.node),
    nodeLabels: (pod.node !== null && cluster.nodes?.get(pod.node)) || {},
    runtimeClass: known(pod.runtimeClass),
  };
}

const known = (...values: readonly (string | null | undefined)[]) => values.filter((value) => typeof value === 'string');

/** Whether all that a pattern names fits. */
export function fits(pattern: ContainerPattern, facts: ContainerFacts): boolean {
  return (
    (['cluster', 'namespace', 'workload', 'container', 'image'] as const).every((field) => fitsAny(pattern[field], facts[field])) &&
    fitsLabels(pattern.labels, facts.labels)
  );
}

/** Whether the config says that nobody can read a container. */
export function isUnreadable(rule: UnreadableRule, facts: ContainerFacts): boolean {
  return (
    (['namespace', 'node', 'runtimeClass'] as const).every((field) => fitsAny(rule[field], facts[field])) &&
    fitsLabels(rule.nodeLabels, facts.nodeLabels)
  );
}

function fitsAny(patterns: Patterns | undefined, values: readonly string[]): boolean {
  if (patterns === undefined) return true;
  const list = typeof patterns === 'string' ? [patterns] : patterns;
  return list.some((pattern) => values.some((value) => matchesGlob(pattern, value)));
}

function fitsLabels(patterns: Readonly<Record<string, Patterns>> | undefined, labels: Pairs): boolean {
  return Object.entries(patterns ?? {}).every(([key, wanted]) =>
    fitsAny(wanted, Object.hasOwn(labels, key) ? [labels[key] as string] : []),
  );
}
