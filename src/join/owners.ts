import type { Team, TeamCandidate, TeamSource } from '../model/container.ts';
import type { ClusterDirectory, Directory, Pod, PodContainer } from '../model/directory.ts';

/** The label that names the team, as in the talk that this project comes from. */
const teamLabel = 'team';

/** A container of a pod, with the cluster that it is in. */
export interface Placement {
  readonly cluster: ClusterDirectory;
  readonly pod: Pod;
  readonly container: PodContainer | null;
}

/** Finds the pod of a container: by the container's id, else by the uid of the pod (its status may lag behind). */
export interface PlacementIndex {
  readonly byContainer: (id: string) => Placement | null;
  readonly byPod: (uid: string) => Placement | null;
}

export function indexPlacements(directory: Directory): PlacementIndex {
  const containers = new Map<string, Placement>();
  const pods = new Map<string, Placement>();
  for (const cluster of directory.clusters) {
    for (const pod of cluster.pods) {
      pods.set(pod.uid, { cluster, pod, container: null });
      for (const container of pod.containers) if (container.id !== null) containers.set(container.id, { cluster, pod, container });
    }
  }
  return { byContainer: (id) => containers.get(id) ?? null, byPod: (uid) => pods.get(uid) ?? null };
}

/** The team of a container of a pod: the label of the pod, else of its namespace. */
export function teamOfPod({ cluster, pod }: Placement): Team {
  const namespace = cluster.namespaces?.get(pod.namespace);
  const found = [...labelled('Pod', pod.name, pod.labels), ...labelled('Namespace', pod.namespace, namespace ?? {})];
  // Where the namespace could not be asked, nobody may say that the container has no team.
  return firstOf(found, cluster.namespaces === null ? 'unknown' : 'unowned');
}

/** The team of a container outside Kubernetes: its own label. */
export function teamOfContainer(name: string, labels: Readonly<Record<string, string>>): Team {
  return firstOf(labelled('Container', name, labels), 'unowned');
}

/** The team of a container whose pod nobody could be asked about. */
export const unknownTeam: Team = { name: null, status: 'unknown', from: null, candidates: [] };

function labelled(kind: TeamSource['kind'], name: string, labels: Readonly<Record<string, string>>): TeamCandidate[] {
  const team = Object.hasOwn(labels, teamLabel) ? labels[teamLabel] : undefined;
  return team ? [{ name: team, from: { kind, name, field: 'label', key: teamLabel } }] : [];
}

function firstOf([first, ...candidates]: readonly TeamCandidate[], otherwise: Team['status']): Team {
  if (first === undefined) return { name: null, status: otherwise, from: null, candidates: [] };
  return { name: first.name, status: 'owned', from: first.from, candidates };
}
