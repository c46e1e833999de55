import { mkdir, mkdtemp, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ok, run } from './commands.ts';
import { images } from './fleet.ts';
import { processId, stopProcess } from './processes.ts';

const base = 'test.local/node:1';

/**
 * Both kubelets of the test cluster keep the logs of pods in one folder of this machine, and each removes those of the other,
 * which it does not know, within a minute. So that of the Docker node gets a folder of its own: it is started anew where
 * another one is mounted there. (What else it mounts the engine does not see: tokens.)
 */
export async function separateLogs(): Promise<void> {
  const mountsOf = (name: string) => readlink(`/proc/${processId(name)}/ns/mnt`);
  if ((await mountsOf('kubelet-docker')) !== (await mountsOf('kubelet-containerd'))) return;
  const start = await stopProcess('kubelet-docker', 'SIGTERM');
  const own = ['-m', '--propagation', 'slave', 'sh', '-c', 'mount -t tmpfs tmpfs /var/log/pods && exec "$@"', 'sh'];
  start((kubelet) => ['unshare', ...own, ...kubelet]);
  await ok('kubectl', ['wait', '--for=condition=Ready', 'node/node-docker', '--timeout=60s']);
}

/** The image of deploy/Dockerfile, on both nodes. Its base is a Debian, imported, with the Node that runs the tests. */
export async function makeImage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-node-'));
  await ok('cp', [process.execPath, join(folder, 'node')]);
  await writeFile(join(folder, 'Dockerfile'), `FROM ${images.debian}\nCOPY node /usr/local/bin/node\n`);
  await ok('docker', ['build', '-q', '-t', base, folder]);
  await ok('rm', ['-r', folder]);
  await ok('docker', [
    'build',
    '-q',
    '-f',
    'deploy/Dockerfile',
    '--build-arg',
    `BASE=${base}`,
    '--network',
    'none',
    '-t',
    'supercargo',
    '.',
  ]);
  await ok('../shared/cluster/load', ['supercargo:latest']);
}

/** What the test cluster is short of: services, and so a way to the API server but the network of the node; a folder of its own for reports. */
const patch = (reports: string) => `apiVersion: batch/v1beta1
kind: CronJob
metadata: { name: supercargo-report, namespace: supercargo }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          hostNetwork: true
          nodeName: node-containerd
          volumes: [{ name: reports, hostPath: { path: ${reports} } }]
`;

/** Installs everything, as deploy/ has it for clusters of this age. Gives the folder into which the CronJob writes. */
export async function install(folder: string): Promise<string> {
  const [overlay, reports] = [join(folder, 'overlay'), join(folder, 'reports')];
  for (const each of [overlay, reports]) await mkdir(each, { recursive: true });
  const resource = relative(overlay, resolve('deploy/overlays/before-1.21'));
  await writeFile(join(overlay, 'kustomization.yaml'), `resources: [${resource}]\npatches: [{ path: patch.yaml }]\n`);
  await writeFile(join(overlay, 'patch.yaml'), patch(reports));
  await ok('kubectl', ['apply', '-k', overlay]);
  await rollOut();
  return reports;
}

export async function rollOut(): Promise<void> {
  await ok('kubectl', ['rollout', 'status', '-n', 'supercargo', 'daemonset/supercargo-agent', '--timeout=120s']);
}

export async function uninstall(): Promise<void> {
  await run('kubectl', ['delete', 'namespace', 'supercargo', '--ignore-not-found', '--timeout=120s']);
  await run('kubectl', ['delete', 'clusterrole,clusterrolebinding', 'supercargo-reader', '--ignore-not-found']);
  await run('kubectl', ['delete', 'priorityclass', 'supercargo-agent', '--ignore-not-found']);
}
