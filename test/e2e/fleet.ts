import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ok, run } from './commands.ts';

/** A Debian root is made once a machine: debootstrap takes half a minute. */
const debianTar = join(tmpdir(), 'supercargo-e2e-debian-12.tar');

export const images = {
  debian: 'test.local/debian:12',
  alpine: 'test.local/alpine:3.20',
  distroless: 'test.local/distroless:1',
  static: 'test.local/static:1',
  rpm: 'test.local/rpm:1',
} as const;

/** A program without libraries that does nothing, for images without a shell: the cluster's own pause. */
const sleeper = () => join(process.env.CLUSTER_DIR ?? '', 'bin', 'pause');

export async function makeImages(): Promise<void> {
  if (!process.env.CLUSTER_DIR) throw new Error('There is no cluster: eval "$(../shared/cluster/env)" after ../shared/cluster/up');
  if (!existsSync(debianTar)) await makeDebian();
  await ok('docker', ['import', debianTar, images.debian]);
  for (const name of ['alpine-3.20', 'distroless', 'static'] as const) await importFolder(name);
  await importRpm();
  await ok('../shared/cluster/load', [images.debian]);
}

async function makeDebian(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-debian-'));
  await ok('debootstrap', ['--variant=minbase', 'bookworm', folder]);
  await ok('tar', ['-C', folder, '-cf', `${debianTar}.part`, '.']);
  await ok('mv', [`${debianTar}.part`, debianTar]);
  await rm(folder, { recursive: true });
}

async function importFolder(name: 'alpine-3.20' | 'distroless' | 'static'): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-image-'));
  const root = `fixtures/demo/images/${name}`;
  if (existsSync(root)) await cp(root, folder, { recursive: true, verbatimSymlinks: true });
  await importImage(folder, images[name.replace(/-.*$/, '') as keyof typeof images]);
}

/** A root folder with an rpm database, one of our fixtures, and the folder where Fedora and SUSE have it behind a link. */
async function importRpm(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-image-'));
  await mkdir(join(folder, 'usr/lib/sysimage/rpm'), { recursive: true });
  await mkdir(join(folder, 'var/lib'), { recursive: true });
  await symlink('../../usr/lib/sysimage/rpm', join(folder, 'var/lib/rpm'));
  await writeFile(join(folder, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), gunzipSync(await readFile('fixtures/rpm/sqlite/rpmdb.sqlite.gz')));
  await importImage(folder, images.rpm);
}

async function importImage(folder: string, reference: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await cp(sleeper(), join(folder, 'bin', 'sleeper'));
  const tar = `${folder}.tar`;
  await ok('tar', ['-C', folder, '-cf', tar, '.']);
  await ok('docker', ['import', '-c', 'ENTRYPOINT ["/bin/sleeper"]', tar, reference]);
  await rm(tar);
  await rm(folder, { recursive: true });
}

interface PodPlan {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly node: 'node-docker' | 'node-containerd';
  readonly labels?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly restartPolicy?: 'Always' | 'Never';
}

export function podManifest({ namespace, name, image, node, labels = {}, command, restartPolicy = 'Always' }: PodPlan) {
  const container = { name, image, imagePullPolicy: 'Never', ...(command && { command }) };
  const spec = { nodeName: node, terminationGracePeriodSeconds: 0, restartPolicy, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec };
}

export function namespaceManifest(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'made-by': 'supercargo-e2e', ...labels } } };
}

export async function apply(items: readonly object[]): Promise<void> {
  await ok('kubectl', ['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
}

/** Waits until a command's output is what is expected of it. */
export async function until(what: string, command: string, args: readonly string[], isReached: (output: string) => boolean): Promise<void> {
  const end = Date.now() + 120_000;
  while (!isReached((await run(command, args)).stdout)) {
    if (Date.now() > end) throw new Error(`It took too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Namespaces, and with them all pods, that the tests made. */
export async function removeFleet(): Promise<void> {
  await ok('kubectl', ['delete', 'namespaces', '-l', 'made-by=supercargo-e2e', '--ignore-not-found', '--timeout=120s']);
}
