import { run } from '../e2e/commands.ts';

/** Nothing of this machine's own Docker and clusters. */
export const environment = {
  HOME: '/nonexistent',
  KUBECONFIG: '',
  DOCKER_HOST: '',
  DOCKER_CONTEXT: '',
  DOCKER_CONFIG: '',
  XDG_RUNTIME_DIR: '',
  KUBERNETES_SERVICE_HOST: '',
  XDG_CONFIG_HOME: '',
  XDG_CACHE_HOME: '',
};

/** The built program. */
export function program(args: readonly string[], input?: string | Uint8Array, more: Readonly<Record<string, string>> = {}) {
  const env = { ...environment, ...more };
  return run(process.execPath, ['dist/supercargo.js', ...args], { env, ...(input !== undefined && { input }) });
}
