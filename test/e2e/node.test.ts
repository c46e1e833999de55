import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { ok, run, supercargo } from './commands.ts';
import { dpkgQuery, packagesOf } from './dpkg.ts';
import { apply, images, makeImages, namespaceManifest, podManifest, until } from './fleet.ts';

type PodPlan = Parameters<typeof podManifest>[0];

// Both nodes share the table of processes of this machine: one look at it is a look at both.
const both = ['--source', 'node', '--source', 'kubernetes', '-n', 'node-e2e'];
const sleep = ['sleep', 'infinity'];
const labels = { team: 'team-node' };
const onNode = { 'made-by': 'supercargo-e2e-node' };

/** A pod that needs no network of its own. */
function podOf(plan: Pick<PodPlan, 'name' | 'image' | 'node'> & Partial<PodPlan>) {
  const pod = podManifest({ namespace: 'node-e2e', labels, ...plan });
  return { ...pod, spec: { ...pod.spec, hostNetwork: true } };
}

const debian = (name: string, node: 'node-docker' | 'node-containerd', command: readonly string[] = sleep) =>
  podOf({ name, image: images.debian, node, command });

// The shell goes on as a process with the same start; a later one that it starts has another root.
const chrooting = [
  'sh',
  '-c',
  'mkdir -p /empty/bin; cp -a /lib /lib64 /empty/ 2>/dev/null; cp /bin/sleep /empty/bin; chroot /empty sleep 1000 & sleep infinity',
];

const pods = ['docker-web', 'docker-chroot', 'containerd-web', 'containerd-chroot'];
const fleet = [
  namespaceManifest('node-e2e', onNode),
  debian('docker-web', 'node-docker'),
  debian('docker-chroot', 'node-docker', chrooting),
  debian('containerd-web', 'node-containerd'),
  debian('containerd-chroot', 'node-containerd', chrooting),
  podOf({ name: 'alpine', image: images.alpine, node: 'node-docker' }),
  podOf({ name: 'static', image: images.static, node: 'node-docker' }),
];

async function removeOwnFleet(): Promise<void> {
  await ok('kubectl', ['delete', 'namespaces', '-l', 'made-by=supercargo-e2e-node', '--ignore-not-found', '--timeout=120s']);
}

async function collect(args: readonly string[] = both): Promise<{ code: number | null; inventory: Inventory; stderr: string }> {
  const { code, stdout, stderr } = await supercargo(['collect', ...args]);
  return { code, inventory: JSON.parse(stdout), stderr };
}

/** What is found of the containers, but for the moment of finding it. */
async function containersOf(args: readonly string[]) {
  const { inventory } = await collect(args);
  return inventory.containers.map(({ scan: { collectedAt: _, ...scan }, ...container }) => ({ ...container, scan }));
}

beforeAll(async () => {
  await ok('npm', ['run', '--silent', 'build']);
  await makeImages();
  await removeOwnFleet();
  await apply(fleet);
  const phases = ['get', 'pods', '-n', 'node-e2e', '-o', 'jsonpath={range .items[*]}{.status.phase} {end}'];
  await until('all pods run', 'kubectl', phases, (output) => output.trim() === 'Running '.repeat(fleet.length - 1).trim());
});

afterAll(removeOwnFleet);

describe('--source node with Kubernetes', () => {
  test('every running container of both nodes is read, and joined with its pod', async () => {
    const { code, inventory } = await collect();
    const found = inventory.containers.map(({ pod, node, runtime, team, scan }) => [
      pod?.name,
      node,
      runtime,
      team.name,
      scan.by,
      scan.status,
    ]);
    expect(found.sort()).toEqual([
      ['alpine', 'node-docker', 'docker', 'team-node', 'node', 'read'],
      ['containerd-chroot', 'node-containerd', 'containerd', 'team-node', 'node', 'read'],
      ['containerd-web', 'node-containerd', 'containerd', 'team-node', 'node', 'read'],
      ['docker-chroot', 'node-docker', 'docker', 'team-node', 'node', 'read'],
      ['docker-web', 'node-docker', 'docker', 'team-node', 'node', 'read'],
      ['static', 'node-docker', 'docker', 'team-node', 'node', 'no-database'],
    ]);
    expect(code).toBe(0);
  });

  test.each(pods)('%s has exactly what its own dpkg-query says', async (pod) => {
    const expected = await dpkgQuery('node-e2e', pod);
    expect(expected.length).toBeGreaterThan(50);
    expect(packagesOf((await collect()).inventory, 'node-e2e', pod)).toEqual(expected);
  });

  test('a package that somebody installs by hand is there at once', async () => {
    const stanza = 'Package: by-hand\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n';
    const script = 'printf "\\n%s\\n" "$0" >> /var/lib/dpkg/status';
    await ok('kubectl', ['exec', '-i', '-n', 'node-e2e', 'containerd-web', '--', 'sh', '-c', script, stanza]);
    const { inventory } = await collect();
    expect(packagesOf(inventory, 'node-e2e', 'containerd-web')).toEqual(await dpkgQuery('node-e2e', 'containerd-web'));
    expect(packagesOf(inventory, 'node-e2e', 'containerd-chroot')).not.toContain('by-hand\t1.0-1\tall');
  });

  test('two looks at an unchanged fleet come to the same', async () => {
    expect(await containersOf(both)).toEqual(await containersOf(both));
  });
});

test('Docker on this machine: the short way and the archives of the engine come to the same', async () => {
  const ids = (
    await Promise.all(
      [images.alpine, images.rpm, images.distroless].map((image) => ok('docker', ['run', '-d', '--network', 'none', image])),
    )
  ).map((id) => id.trim());
  try {
    const docker = ['--source', 'docker', '--source', 'kubernetes', '-n', 'node-e2e'];
    expect(await containersOf(docker)).toEqual(await containersOf([...docker, '--no-direct']));
    const own = (container: { readonly id: string }) => ids.includes(container.id);
    const [direct, fetched] = [await containersOf(['--source', 'docker']), await containersOf(['--source', 'docker', '--no-direct'])];
    expect(direct.filter(own)).toEqual(fetched.filter(own));
    expect(direct.filter(own).map(({ scan }) => scan.status)).toEqual(['read', 'read', 'read']);
  } finally {
    await ok('docker', ['rm', '-f', ...ids]);
  }
});

test('without rights the containers are named, and forbidden', async () => {
  const args = ['--reuid=65534', '--clear-groups', process.execPath, 'dist/supercargo.js', 'collect', '-q', '--source', 'node'];
  const { code, stdout } = await run('setpriv', args, { env: { HOME: '/nonexistent' } });
  const { containers }: Inventory = JSON.parse(stdout);
  expect(containers.length).toBeGreaterThanOrEqual(6);
  expect(new Set(containers.map(({ scan }) => scan.reason))).toEqual(new Set(['forbidden']));
  expect(code).toBe(3);
});

test('containers that end while they are looked at are gone or read, and never without a database', async () => {
  const ids = (await Promise.all(Array.from({ length: 8 }, () => ok('docker', ['run', '-d', '--network', 'none', images.alpine])))).map(
    (id) => id.trim(),
  );
  const ending = ok('docker', ['rm', '-f', ...ids]);
  for (let round = 0; round < 5; round++) {
    const { inventory } = await collect(['-q', '--source', 'node']);
    const ended = inventory.containers.filter(({ id }) => ids.includes(id)).map(({ scan }) => scan.reason ?? scan.status);
    expect(ended.filter((status) => status !== 'read' && status !== 'gone')).toEqual([]);
  }
  await ending;
});
