import { clusterId } from '../model/cluster-id.ts';
import type { ContainerScan, FoundPod } from '../model/container-scan.ts';
import type { ClusterDirectory, Directory, Pod, PodContainer, PodName } from '../model/directory.ts';
import { indexPlacements, type Placement } from './placements.ts';

/** Differences between the list of pods and what sources named after it. */
export interface ChangedPods {
  /** Ids of containers that have ended since their pods were listed. */
  readonly ended: ReadonlySet<string>;
  /** Pods of a cluster that must be requested again to know more. */
  readonly unsure: (cluster: ClusterDirectory) => readonly PodName[];
  /** Scans of containers that no pod names yet. */
  readonly unlisted: readonly ContainerScan[];
}

/** Ids of the containers that sources named. */
export interface Named {
  /** An engine names everything that it runs. */
  readonly byEngine: ReadonlySet<string>;
  /** Processes of a node may be those of a single pod, if the reader sees no others. */
  readonly byProcesses: ReadonlySet<string>;
}

export function changedPods(directory: Directory, scans: readonly ContainerScan[], { byEngine, byProcesses }: Named): ChangedPods {
  const ended = new Set(missingOf(directory, byEngine).map(({ container }) => container.id));
  const scanned = new Set(scans.map(({ container }) => container.id));
  const isKnown = ({ container: { id } }: Listed) => ended.has(id) || byEngine.has(id) || scanned.has(id);
  const missing = missingOf(directory, byProcesses).filter((listed) => !isKnown(listed));
  const placements = indexPlacements(directory);
  const unlisted = scans.filter(({ container, reason }) => {
    const placement = placements.of(container);
    // A sandbox holds its whole pod, and is not one of its containers.
    return container.pod !== null && (placement === null || (placement.container === null && reason !== 'sandboxed'));
  });
  const unsure = (cluster: ClusterDirectory) => {
    const mayBeOf = ({ container }: ContainerScan) => (placements.of(container)?.cluster ?? cluster) === cluster;
    const namedBy = ({ container }: ContainerScan): readonly PodName[] => {
      // By the uid that the cluster knows: for a static pod, a container's labels have another.
      const pod = placements.of(container)?.pod ?? container.pod;
      return pod !== null && isNamed(pod) ? [pod] : [];
    };
    const pods = [
      ...unlisted.filter(mayBeOf).flatMap(namedBy),
      ...missing.filter((listed) => listed.cluster === cluster).map(({ pod }) => pod),
    ];
    return [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
  };
  return { ended, unsure, unlisted };
}

/** The cluster cannot be asked about a pod whose name is unknown. */
export function isNamed<Name extends Pick<FoundPod, 'namespace' | 'name'>>(pod: Name): pod is Name & PodName {
  return pod.namespace !== null && pod.name !== null;
}

type Listed = Placement & { readonly container: PodContainer & { readonly id: string } };

/**
 * Containers that their pods list as running, but that a source did not name although it named others of the same node and runtime:
 * it was asked after the pods were listed.
 */
function missingOf(directory: Directory, named: ReadonlySet<string>): Listed[] {
  if (named.size === 0) return [];
  const running = directory.clusters.flatMap((cluster) => cluster.pods.flatMap((pod) => runningOf(cluster, pod)));
  const engineOf = ({ cluster, pod, container }: Listed) => `${clusterId(cluster)} ${pod.node} ${container.runtime}`;
  const asked = new Set(running.filter(({ container }) => named.has(container.id)).map(engineOf));
  return running.filter((listed) => asked.has(engineOf(listed)) && !named.has(listed.container.id));
}

function runningOf(cluster: ClusterDirectory, pod: Pod): Listed[] {
  const isRunning = (container: PodContainer): container is Listed['container'] => container.state === 'running' && container.id !== null;
  return pod.containers.filter(isRunning).map((container) => ({ cluster, pod, container }));
}
