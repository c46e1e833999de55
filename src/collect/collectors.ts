import type { Source } from '../model/inventory.ts';
import type { Collector } from './collector.ts';

/** What is known of a kind of source before it is asked. */
interface SourceKind {
  /** Whether it is looked for where no source is named. */
  readonly isDefault: boolean;
  /** What does not answer when the time of the run is over. */
  readonly title: string;
  /** What to say where it is named, and there is none. */
  readonly absent: string;
}

interface ContainerSource extends SourceKind {
  /** A collector loads when it is used: nobody who reads a root folder, or the help, pays for the Docker client. */
  readonly load: () => Promise<Collector>;
}

/**
 * Every source of containers, in the order in which they are asked. What Lumogon scanned comes from its report: lumogon.ts; what agents saw
 * from their cluster: kubernetes/node-looks.ts.
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
    // It takes root's rights.
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

/** Every kind of source that can be named. Kubernetes names owners, not containers that can be looked into: see kubernetes.ts. */
export const sourceKinds = {
  ...collectors,
  kubernetes: {
    isDefault: true,
    title: 'The cluster',
    absent: 'A cluster was asked for, and none was found. Set --kubeconfig.',
  },
} as const satisfies Partial<Record<Source['kind'], SourceKind>>;
