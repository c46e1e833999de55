import type { Source } from '../model/inventory.ts';
import type { Collector } from './collector.ts';

/**
 * Every source of containers, in the order in which they are asked. A collector loads when it is used: nobody who reads a
 * root folder pays for the Docker client. Kubernetes names owners, not containers that can be looked into: see kubernetes.ts.
 * What Lumogon scanned comes from its report: lumogon.ts; what agents saw from their cluster: kubernetes/node-looks.ts.
 */
export const collectors = {
  docker: async () => (await import('./docker.ts')).docker,
  node: async () => (await import('./node.ts')).node,
  rootfs: async () => (await import('./rootfs.ts')).rootfs,
} satisfies Record<Exclude<Source['kind'], 'kubernetes' | 'lumogon' | 'agent'>, () => Promise<Collector>>;
