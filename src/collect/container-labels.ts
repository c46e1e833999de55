import type { FoundContainer } from '../model/container-scan.ts';
import type { Pairs } from '../model/directory.ts';

/** Whether a container does nothing but hold a pod's network for Kubernetes: it is not a user's container. */
export function isPause(labels: Pairs): boolean {
  return labels['io.kubernetes.docker.type'] === 'podsandbox' || labels['io.kubernetes.container.name'] === 'POD';
}

/** The pod that Kubernetes noted on a Docker container, or null. */
export function podOfLabels(labels: Pairs): FoundContainer['pod'] {
  const uid = labels['io.kubernetes.pod.uid'];
  if (uid === undefined) return null;
  return {
    uid,
    namespace: labels['io.kubernetes.pod.namespace'] ?? null,
    name: labels['io.kubernetes.pod.name'] ?? null,
    container: labels['io.kubernetes.container.name'] ?? null,
  };
}

/** The labels that people gave a container, without those of Kubernetes itself. */
export function withoutKubernetes(labels: Pairs): Pairs {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !isOfKubernetes(key)));
}

const isOfKubernetes = (key: string) => key.startsWith('io.kubernetes.') || key.startsWith('annotation.io.kubernetes.');
