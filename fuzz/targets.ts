import type { Target } from './target.ts';

/**
 * Every reader of what comes from outside. A new one is a file in targets/ and a line here. Each loads when its turn comes:
 * V8 tells of all that is loaded.
 */
export const targets = {
  dpkg: async () => (await import('./targets/dpkg.ts')).target,
  opkg: async () => (await import('./targets/opkg.ts')).target,
  chisel: async () => (await import('./targets/chisel.ts')).target,
  apk: async () => (await import('./targets/apk.ts')).target,
  pacman: async () => (await import('./targets/pacman.ts')).target,
  'os-release': async () => (await import('./targets/os-release.ts')).target,
  'rpm-sqlite': async () => (await import('./targets/rpm.ts')).sqlite(),
  'rpm-ndb': async () => (await import('./targets/rpm.ts')).ndb(),
  'rpm-berkeley-db': async () => (await import('./targets/rpm.ts')).berkeley(),
  'rpm-manifest': async () => (await import('./targets/rpm-manifest.ts')).target,
  'version-orders': async () => (await import('./targets/version-orders.ts')).target,
  purl: async () => (await import('./targets/purl.ts')).target,
  glob: async () => (await import('./targets/glob.ts')).target,
  'package-pattern': async () => (await import('./targets/package-pattern.ts')).target,
  'visible-text': async () => (await import('./targets/visible-text.ts')).target,
  'docker-answers': async () => (await import('./targets/docker-answers.ts')).target,
  'docker-archive': async () => (await import('./targets/docker-archive.ts')).target,
  'docker-heads': async () => (await import('./targets/docker-heads.ts')).target,
  'kubernetes-answers': async () => (await import('./targets/kubernetes-answers.ts')).target,
  'kubernetes-pages': async () => (await import('./targets/kubernetes-pages.ts')).target,
  'objects-file': async () => (await import('./targets/objects-file.ts')).target,
  lumogon: async () => (await import('./targets/lumogon.ts')).target,
  inventory: async () => (await import('./targets/inventory.ts')).target,
  config: async () => (await import('./targets/config.ts')).target,
  'docker-config': async () => (await import('./targets/docker-config.ts')).target,
  'docker-host': async () => (await import('./targets/docker-host.ts')).target,
  kubeconfig: async () => (await import('./targets/kubeconfig.ts')).target,
  proc: async () => (await import('./targets/proc.ts')).target,
  cells: async () => (await import('./targets/cells.ts')).target,
  snapshot: async () => (await import('./targets/snapshot.ts')).target,
  'disk-cache': async () => (await import('./targets/disk-cache.ts')).target,
} satisfies Record<string, () => Promise<Target>>;
