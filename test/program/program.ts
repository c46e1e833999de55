import { run } from '../e2e/commands.ts';

/** The built program, with nothing of this machine's own Docker and clusters in its environment. */
export function program(args: readonly string[], input?: string) {
  const env = {
    HOME: '/nonexistent',
    KUBECONFIG: '',
    DOCKER_HOST: '',
    DOCKER_CONTEXT: '',
    DOCKER_CONFIG: '',
    XDG_RUNTIME_DIR: '',
    KUBERNETES_SERVICE_HOST: '',
  };
  return run(process.execPath, ['dist/supercargo.js', ...args], { env, ...(input !== undefined && { input }) });
}
