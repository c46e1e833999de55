import type { Source } from '../model/inventory.ts';
import type { Collector } from './collector.ts';

/** What is known about a kind of source before it is asked. */
interface SourceKind {
  /** Whether to look for it when no source is named. */
  readonly isDefault: boolean;
  /** For the message that it did not answer in the time of the run. */
  readonly title: string;
  /** The message when it was named, but there is none. */
  readonly absent: string;
}

interface ContainerSource extends SourceKind {
  /** Loads the collector on first use: reading a root folder, or showing the help, does not pay for the Docker client. */
  readonly load: () => Promise<Collector>;
}

/**
 * All sources of containers, in the order in which they are asked. What Lumogon scanned comes from its report (lumogon.ts), and what agents
 * saw from their cluster (kubernetes/node-looks.ts).
 */
export const collectors = {
  docker: {
    load: async () => (await import('./docker.ts')).docker,
    isDefault: true,
    title: 'The container engine',
    absent: 'Docker was asked for, and neither Docker nor Podman was found. Set --docker-host.',
  },
  node: {
    load: async () => (await import('./node.ts')).node,
    // It needs root's rights.
    isDefault: false,
    title: 'This machine',
    absent: 'The containers of this machine were asked for, and none was found.',
  },
  rootfs: {
    load: async () => (await import('./rootfs.ts')).rootfs,
    isDefault: true,
    title: 'The file system of the root folders',
    absent: 'Root folders were asked for, and none is named. Name one: --rootfs DIR.',
  },
} as const satisfies Record<Exclude<Source['kind'], 'kubernetes' | 'lumogon' | 'agent'>, ContainerSource>;

/** Every kind of source that can be named. Kubernetes names owners, not containers that can be read: see kubernetes.ts. */
export const sourceKinds = {
  ...collectors,
  kubernetes: {
    isDefault: true,
    title: 'The cluster',
    absent: 'A cluster was asked for, and none was found. Set --kubeconfig.',
  },
} as const satisfies Partial<Record<Source['kind'], SourceKind>>;
