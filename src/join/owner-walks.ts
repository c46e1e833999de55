import type { Config } from '../model/config.ts';
import type { FoundContainer } from '../model/container-scan.ts';
import type { Directory } from '../model/directory.ts';
import type { OwnerWalk } from '../model/owner-walk.ts';
import { sortedBy } from './order.ts';
import { createOwnerWalker, teamOf } from './owners.ts';
import { indexPlacements, type Placement } from './placements.ts';

/** The shortest beginning of an id that is accepted: fewer digits might be the name of a container. */
const shortestId = 6;

interface Known {
  readonly directory: Directory;
  /** The containers that engines named. */
  readonly containers: readonly FoundContainer[];
  readonly config: Config;
}

interface Subject {
  readonly found: FoundContainer | null;
  readonly placement: Placement | null;
}

/** The pod in a name in kubectl's form, pod/NAME; null for any other form. */
export const podOfKubectl = (name: string) => /^(?:pods?|po)\/(.+)$/s.exec(name)?.[1] ?? null;

/** How what has this name gets its team: a pod (NAME, NAMESPACE/NAME or pod/NAME), a container, or the beginning of its id. */
export function walksOf(name: string, { directory, containers, config }: Known): OwnerWalk[] {
  const walk = createOwnerWalker(config);
  const named = subjectsOf(directory, containers).filter((subject) => isCalled(name, subject));
  const walks = named.map((subject): OwnerWalk => {
    const { found, placement } = subject;
    const steps = walk(found, placement);
    return {
      container: containerName(subject) ?? '',
      id: idOf(subject),
      cluster: placement?.cluster.name ?? null,
      namespace: placement?.pod.namespace ?? found?.pod?.namespace ?? null,
      pod: podName(subject),
      team: teamOf(steps),
      steps,
    };
  });
  return sortedBy(walks, ({ cluster, namespace, pod, container, id }) => [cluster, namespace, pod, container, id].join('\0'));
}

/** Every container that a pod or an engine names, once each, and pods without any container yet. */
function subjectsOf(directory: Directory, containers: readonly FoundContainer[]): Subject[] {
  const placements = indexPlacements(directory);
  const foundById = new Map(containers.map((container) => [container.id, container]));
  const ofPods = directory.clusters.flatMap((cluster) =>
    cluster.pods.flatMap((pod): Subject[] => {
      const placed = pod.containers.map((container) => ({
        found: (container.id !== null && foundById.get(container.id)) || null,
        placement: { cluster, pod, container },
      }));
      return placed.length > 0 ? placed : [{ found: null, placement: { cluster, pod, container: null } }];
    }),
  );
  const others = containers.filter(({ id }) => placements.byContainer(id) === null);
  return [...ofPods, ...others.map((found) => ({ found, placement: placements.of(found) }))];
}

function isCalled(name: string, subject: Subject): boolean {
  const [pod, namespace] = [podName(subject), subject.placement?.pod.namespace ?? subject.found?.pod?.namespace];
  if (pod !== null && [pod, `${namespace}/${pod}`].includes(name)) return true;
  if (pod !== null && podOfKubectl(name) === pod) return true;
  return name === containerName(subject) || (name.length >= shortestId && (idOf(subject)?.startsWith(name) ?? false));
}

const podName = ({ found, placement }: Subject) => placement?.pod.name ?? found?.pod?.name ?? null;

const containerName = ({ found, placement }: Subject) => placement?.container?.name ?? found?.name ?? null;

const idOf = ({ found, placement }: Subject) => placement?.container?.id ?? found?.id ?? null;
