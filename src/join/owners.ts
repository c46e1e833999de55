import type { Config, Ownership } from '../model/config.ts';
import type { Team, TeamCandidate, TeamSource } from '../model/container.ts';
import type { FoundContainer } from '../model/container-scan.ts';
import type { ClusterDirectory, ClusterObject, Pairs, Pod } from '../model/directory.ts';
import type { OwnerStep } from '../model/owner-walk.ts';
import { type ContainerFacts, factsOf, fitOf } from './patterns.ts';
import { ownerChain, type Placement } from './placements.ts';
import { createServiceFinder, type ServiceFinder } from './services.ts';

/**
 * Visits every object that may name the team of a container, in order of precedence: overriding rules of the mapping; the
 * pod; the workloads that own it, nearest first; the Services that select it; its namespace; the container and, if
 * configured, its image; the other rules of the mapping.
 */
export type OwnerWalker = (found: FoundContainer | null, placement: Placement | null) => OwnerStep[];

export function createOwnerWalker(config: Config, refused: (from: TeamSource) => void = () => {}): OwnerWalker {
  const reader = createReader(config.ownership, refused);
  const findServices = createServiceFinder();
  return (found, placement) => {
    const facts = factsOf(found, placement);
    return [
      ...mappingSteps(config, reader, { facts, override: true }),
      ...(placement === null ? claimedPodSteps(found) : podSteps(placement, reader, findServices)),
      ...containerSteps(found, placement, reader),
      ...imageSteps(found, placement, config.ownership, reader),
      ...mappingSteps(config, reader, { facts, override: false }),
    ];
  };
}

type Place = Pick<TeamSource, 'kind' | 'namespace' | 'name'>;

/** Reads what an object says about its team. */
interface Reader {
  readonly keys: readonly string[];
  readonly read: (place: Place, field: TeamSource['field'], pairs: Pairs, keys: readonly string[]) => TeamCandidate[];
  /** Labels first, then annotations. */
  readonly ask: (object: ClusterObject) => OwnerStep;
}

/**
 * The name of a team is repeated for every package that it has. A Kubernetes label has at most 63 characters, but an annotation can have a
 * quarter of a megabyte, and a container label any number.
 */
export const maxTeamCharacters = 1000;

function createReader({ keys, aliases }: Ownership, refused: (from: TeamSource) => void): Reader {
  const names = new Map(Object.entries(aliases).flatMap(([name, spellings]) => spellings.map((spelling) => [spelling, name] as const)));
  const read: Reader['read'] = (place, field, pairs, tried) =>
    tried.flatMap((key) => {
      const value = Object.hasOwn(pairs, key) ? (pairs[key] as string) : '';
      const spelling = value.trim();
      if (spelling.length > maxTeamCharacters) refused({ ...place, field, key, value });
      return spelling === '' || spelling.length > maxTeamCharacters
        ? []
        : [{ name: names.get(spelling) ?? spelling, from: { ...place, field, key, value } }];
    });
  const ask = ({ kind, namespace, name, labels, annotations }: ClusterObject): OwnerStep => {
    const place = { kind, namespace, name };
    return { ...place, outcome: 'asked', found: [...read(place, 'label', labels, keys), ...read(place, 'annotation', annotations, keys)] };
  };
  return { keys, read, ask };
}

/** The rules that fit, in config order, and where one that may fit is among them. Empty if the config has no such rules. */
function mappingSteps(
  { file, ownership: { mapping } }: Config,
  { read }: Reader,
  { facts, override }: { readonly facts: ContainerFacts; readonly override: boolean },
): OwnerStep[] {
  const place = { kind: 'Config', namespace: null, name: file ?? 'config' };
  const rules = mapping.flatMap((rule, index) =>
    (rule.override ?? false) === override ? [{ rule, key: `ownership.mapping[${index}]` }] : [],
  );
  if (rules.length === 0) return [];
  const judged = rules.map((each) => ({ ...each, fit: fitOf(each.rule, facts) }));
  const firstUnsure = judged.findIndex(({ fit }) => fit === 'unsure');
  const stepOf = (some: typeof judged): OwnerStep => {
    const found = some.flatMap(({ rule, key, fit }) => (fit === 'fits' ? read(place, 'mapping', { [key]: rule.team }, [key]) : []));
    return { ...place, outcome: 'asked', found };
  };
  if (firstUnsure < 0) return [stepOf(judged)];
  const [before, after] = [judged.slice(0, firstUnsure), judged.slice(firstUnsure)];
  return [...(before.length === 0 ? [] : [stepOf(before)]), { ...place, outcome: 'unasked', found: [] }, stepOf(after)];
}

function podSteps({ cluster, pod }: Placement, { ask }: Reader, findServices: ServiceFinder): OwnerStep[] {
  const owners = ownerChain(cluster, pod).map(
    ({ reference: { kind, name }, object, outcome }): OwnerStep =>
      object === null ? { kind, namespace: pod.namespace, name, outcome, found: [] } : ask(object),
  );
  return [ask(pod), ...owners, ...serviceSteps(cluster, pod, { ask, findServices }), namespaceStep(cluster, pod, ask)];
}

/** A container of a pod that no source found has only the labels of Kubernetes and of its image. */
function containerSteps(found: FoundContainer | null, placement: Placement | null, { keys, read }: Reader): OwnerStep[] {
  if (found === null) return [];
  const container = { kind: 'Container', namespace: null, name: placement?.container?.name ?? found.name };
  // The same holds for a container of a pod if its labels are unknown.
  if (found.labels === null) return placement === null ? [{ ...container, outcome: 'unasked', found: [] }] : [];
  const own = read(container, 'label', ownLabels(found.labels, found.image), keys);
  // If the image's labels are unknown, so is which of the container's labels come from the image.
  const isOwn = found.image?.labels !== null || own.length === 0;
  return [{ ...container, ...(isOwn ? { outcome: 'asked', found: own } : { outcome: 'unasked', found: [] }) }];
}

function imageSteps(found: FoundContainer | null, placement: Placement | null, { imageLabels }: Ownership, { read }: Reader): OwnerStep[] {
  const image = found?.image ?? null;
  const isWithout = found !== null && found.labels !== null && image === null;
  if (imageLabels.length === 0 || isWithout) return [];
  const name = image?.name ?? image?.id ?? placement?.container?.image ?? null;
  if (name === null || !image?.labels) return [{ kind: 'Image', namespace: null, name, outcome: 'unasked', found: [] }];
  const place = { kind: 'Image', namespace: null, name };
  return [{ ...place, outcome: 'asked', found: read(place, 'label', image.labels, imageLabels) }];
}

/** A pod that a container's labels name, but that no cluster could be asked about. */
function claimedPodSteps(found: FoundContainer | null): OwnerStep[] {
  if (!found?.pod) return [];
  return [{ kind: 'Pod', namespace: found.pod.namespace, name: found.pod.name, outcome: 'unasked', found: [] }];
}

interface ServiceAsker extends Pick<Reader, 'ask'> {
  readonly findServices: ServiceFinder;
}

function serviceSteps({ services }: ClusterDirectory, pod: Pod, { ask, findServices }: ServiceAsker): OwnerStep[] {
  const none = { kind: 'Service', namespace: pod.namespace, name: null, found: [] };
  if (services === null) return [{ ...none, outcome: 'unasked' }];
  const ofNamespace = services.get(pod.namespace);
  const selecting = ofNamespace === undefined ? [] : findServices(ofNamespace, pod.labels);
  return selecting.length === 0 ? [{ ...none, outcome: 'asked' }] : selecting.map(ask);
}

function namespaceStep({ namespaces }: ClusterDirectory, { namespace }: Pod, ask: Reader['ask']): OwnerStep {
  const object = namespaces?.get(namespace);
  if (object !== undefined) return ask(object);
  return { kind: 'Namespace', namespace: null, name: namespace, outcome: namespaces === null ? 'unasked' : 'gone', found: [] };
}

/** Docker gives a container the labels of its image too: those are the image's, not the container's own. */
function ownLabels(labels: Pairs, image: FoundContainer['image']): Pairs {
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => image?.labels?.[key] !== value));
}

/** The team that a walk arrives at. */
export function teamOf(steps: readonly OwnerStep[]): Team {
  const disagree = new Set(steps.flatMap(({ kind, found: [first] }) => (kind === 'Service' && first ? [first.name] : []))).size > 1;
  const candidates: TeamCandidate[] = [];
  const unasked = new Set<string>();
  let taken: TeamCandidate | null = null;
  let conflict = false;
  for (const { kind, outcome, found } of steps) {
    if (taken === null && outcome === 'unasked') unasked.add(kind);
    for (const candidate of found) {
      // If a pod, or a rule of the config, could not be checked, what comes after it must not decide.
      const isBarred = unasked.has('Pod') || unasked.has('Config') || (kind === 'Service' && disagree);
      conflict ||= taken === null && kind === 'Service' && disagree;
      if (taken === null && !isBarred) taken = candidate;
      else candidates.push(candidate);
    }
  }
  const status = taken !== null ? 'owned' : unasked.size > 0 ? 'unknown' : 'unowned';
  return { name: taken?.name ?? null, status, from: taken?.from ?? null, candidates, conflict, unasked: [...unasked] };
}
