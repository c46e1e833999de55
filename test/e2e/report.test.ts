import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { ok, run, supercargo } from './commands.ts';
import { dpkgFormat, dpkgQuery, packagesOf } from './dpkg.ts';
import { apply, images, makeImages, namespaceManifest, podManifest, removeFleet, until } from './fleet.ts';

const sleep = ['sleep', 'infinity'];

const fleet = [
  namespaceManifest('shop'),
  namespaceManifest('payments', { team: 'team-humphrey' }),
  podManifest({
    namespace: 'shop',
    name: 'web',
    image: images.debian,
    node: 'node-docker',
    labels: { team: 'team-shamu' },
    command: sleep,
  }),
  podManifest({ namespace: 'shop', name: 'cart', image: images.alpine, node: 'node-docker', labels: { team: 'team-keiko' } }),
  podManifest({ namespace: 'shop', name: 'metrics', image: images.static, node: 'node-docker' }),
  podManifest({ namespace: 'payments', name: 'ledger', image: images.debian, node: 'node-docker', command: sleep }),
  podManifest({ namespace: 'payments', name: 'cards', image: images.distroless, node: 'node-docker' }),
  podManifest({ namespace: 'payments', name: 'rpm', image: images.rpm, node: 'node-docker' }),
  podManifest({ namespace: 'payments', name: 'gateway', image: images.debian, node: 'node-containerd', command: sleep }),
  podManifest({
    namespace: 'shop',
    name: 'finished',
    image: images.debian,
    node: 'node-docker',
    command: ['true'],
    restartPolicy: 'Never',
  }),
  podManifest({ namespace: 'shop', name: 'crashing', image: images.debian, node: 'node-docker', command: ['false'] }),
];
const running = ['payments/cards', 'payments/gateway', 'payments/ledger', 'payments/rpm', 'shop/cart', 'shop/metrics', 'shop/web'];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-e2e-'));
  await ok('npm', ['run', '--silent', 'build']);
  await makeImages();
  await removeFleet();
  await apply(fleet);
  const phases = ['get', 'pods', '-A', '-o', 'jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}'];
  await until('all pods run', 'kubectl', phases, (output) => running.every((pod) => output.includes(`${pod.split('/')[1]}=Running`)));
  await until('the job is done', 'kubectl', phases, (output) => output.includes('finished=Succeeded'));
  const reasons = ['get', 'pod', '-n', 'shop', 'crashing', '-o', 'jsonpath={.status.containerStatuses[0].state.waiting.reason}'];
  await until('a container crashes', 'kubectl', reasons, (output) => output === 'CrashLoopBackOff');
});

afterAll(async () => {
  await removeFleet();
  await rm(folder, { recursive: true });
});

describe('the fleet of both nodes', () => {
  test('every running container is in the result, and what does not run is expected of nobody', async () => {
    const { code, stdout } = await supercargo(['collect', '-q']);
    const inventory: Inventory = JSON.parse(stdout);
    expect(inventory.containers.map(({ pod }) => `${pod?.namespace}/${pod?.name}`).sort()).toEqual(running);
    expect(inventory.clusters[0]?.notRunning).toEqual({ waiting: 1, terminated: 1 });
    expect(code).toBe(3);
  });

  test('the containers of the containerd node are unread, which alone makes the result incomplete', async () => {
    const { code, stdout } = await supercargo(['report', '-o', 'json']);
    const { coverage } = JSON.parse(stdout);
    expect(coverage.containers).toMatchObject({ running: 7, read: 5, partial: 0, noDatabase: 1, unread: 1 });
    expect(coverage.unread).toEqual([{ status: 'unread', reason: 'no-agent', containers: 1, nodes: ['node-containerd'] }]);
    expect(code).toBe(3);
    expect((await supercargo(['report', '--allow-incomplete'])).code).toBe(0);
  });

  test.each([
    ['shop', 'web'],
    ['payments', 'ledger'],
  ])('%s/%s has exactly what its own dpkg-query says', async (namespace, pod) => {
    const { stdout } = await supercargo(['collect', '-q']);
    const expected = await dpkgQuery(namespace, pod);
    expect(expected.length).toBeGreaterThan(50);
    expect(packagesOf(JSON.parse(stdout), namespace, pod)).toEqual(expected);
  });

  test.each([
    ['by the short way', []],
    ['through the archive', ['--no-direct']],
  ])('a database that changed in a running container is never answered from the cache, %s', async (_, flags) => {
    const versionOf = async () => {
      const { stdout } = await supercargo(['collect', '-q', ...flags]);
      return packagesOf(JSON.parse(stdout), 'shop', 'web').find((line) => line.startsWith('bash\t'));
    };
    const inWeb = (script: string) => ok('kubectl', ['exec', '-n', 'shop', 'web', '--', 'sh', '-c', script]);
    const before = await versionOf();
    expect(await versionOf()).toBe(before);
    // Of the same length, by another file of the same name.
    await inWeb("sed -i '/^Package: bash$/,/^$/s/^Version: 5/Version: 6/' /var/lib/dpkg/status");
    expect(await versionOf()).toBe(before?.replace('\t5', '\t6'));
    await inWeb("sed -i '/^Package: bash$/,/^$/s/^Version: 6/Version: 5/' /var/lib/dpkg/status");
    expect(await versionOf()).toBe(before);
  });

  test('nor is one whose time was set back: by the short way nobody can do so unseen', async () => {
    const versions = async () => packagesOf(JSON.parse((await supercargo(['collect', '-q'])).stdout), 'shop', 'web');
    await versions();
    const script = "cp -p /var/lib/dpkg/status /tmp/old; sed -i '/^Package: bash$/,/^$/s/^Version: 5/Version: 7/' /var/lib/dpkg/status";
    await ok('kubectl', ['exec', '-n', 'shop', 'web', '--', 'sh', '-c', `${script}; touch -r /tmp/old /var/lib/dpkg/status`]);
    expect((await versions()).find((line) => line.startsWith('bash\t'))).toMatch(/^bash\t7/);
    await ok('kubectl', ['exec', '-n', 'shop', 'web', '--', 'cp', '-p', '/tmp/old', '/var/lib/dpkg/status']);
    expect((await versions()).find((line) => line.startsWith('bash\t'))).toMatch(/^bash\t5/);
  });

  test.each([
    ['in its own layer', [], '/var/lib/dpkg/status'],
    ['in a volume', ['-v', '/data'], '/data/status'],
  ])("a database of the size and time of the image's, %s, speaks for no other container", async (_, volume, place) => {
    const start = async (...args: string[]) => (await ok('docker', ['run', '-d', ...args, images.debian, ...sleep])).trim();
    const honest = [await start(), await start()];
    const script = `cp -p /var/lib/dpkg/status /run/old; sed '/^Package: bash$/,/^$/s/^Version: 5/Version: 6/' /run/old > ${place}
      touch -r /run/old ${place}; rm /run/old; test ${place} -ef /var/lib/dpkg/status || ln -sf ${place} /var/lib/dpkg/status`;
    // The newest is listed first, and most often read first.
    const forger = await start(...volume);
    await ok('docker', ['exec', forger, 'sh', '-c', script]);
    const bashOf = async (...flags: string[]) => {
      const { containers, packages, packageSets }: Inventory = JSON.parse(
        (await supercargo(['collect', '-q', '--source', 'docker', ...flags])).stdout,
      );
      const of = (id: string) => containers.find((container) => container.id === id);
      const versionOf = (id: string) =>
        packageSets[of(id)?.scan.packageSet ?? '']?.map((position) => packages[position]).find((found) => found?.name === 'bash')
          ?.version?.[0];
      return { honest: honest.map(versionOf), forger: versionOf(forger), drift: of(forger)?.scan.drift };
    };
    try {
      for (let round = 0; round < 3; round++) expect((await bashOf('--no-direct')).honest).toEqual(['5', '5']);
      const direct = await bashOf();
      expect([direct.honest, direct.forger]).toEqual([['5', '5'], '6']);
      expect(direct.drift).not.toBe(false);
    } finally {
      await ok('docker', ['rm', '-f', '-v', forger, ...honest]);
    }
  });

  test('an image without a shell is read like any other', async () => {
    const { stdout } = await supercargo(['collect', '-q']);
    expect(packagesOf(JSON.parse(stdout), 'payments', 'cards').map((line) => line.split('\t')[0])).toEqual([
      'base-files',
      'libc6',
      'tzdata',
    ]);
  });

  test('an image made of an rpm root folder has the packages of its database, once though two paths lead to it', async () => {
    const { containers, ...inventory }: Inventory = JSON.parse((await supercargo(['collect', '-q'])).stdout);
    const rpm = containers.find(({ pod }) => pod?.name === 'rpm');
    expect(rpm?.scan.databases.map(({ status, path }) => `${status} ${path}`)).toEqual(['read /usr/lib/sysimage/rpm/rpmdb.sqlite']);
    const names = (inventory.packageSets[rpm?.scan.packageSet ?? ''] ?? []).map((position) => inventory.packages[position]?.name);
    const expected = (await readFile('fixtures/rpm/sqlite/expected.tsv', 'utf8')).split('\n').filter((line) => line !== '');
    expect(names.sort()).toEqual(expected.map((line) => line.split('\t')[0]).sort());
  });

  test('a package that somebody installs by hand is there at once', async () => {
    const stanza = 'Package: by-hand\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n';
    await ok('kubectl', ['exec', '-i', '-n', 'shop', 'web', '--', 'sh', '-c', 'printf "\\n%s\\n" "$0" >> /var/lib/dpkg/status', stanza]);
    const { stdout } = await supercargo(['collect', '-q']);
    expect(packagesOf(JSON.parse(stdout), 'shop', 'web')).toEqual(await dpkgQuery('shop', 'web'));
    expect(packagesOf(JSON.parse(stdout), 'payments', 'ledger')).not.toContain('by-hand\t1.0-1\tall');
    const drift = (JSON.parse(stdout) as Inventory).containers.map(({ pod, scan }) => [pod?.name, scan.drift]);
    expect(Object.fromEntries(drift)).toMatchObject({ web: true, ledger: false, cart: false, gateway: null });
  });
});

describe('all outputs say the same', () => {
  test('table, csv, json, and json from an inventory', async () => {
    const [inventory, direct] = [join(folder, 'i.json'), join(folder, 'r.json')];
    const first = await supercargo(['report', '-o', `inventory=${inventory}`, '-o', `json=${direct}`, '-o', 'csv']);
    const second = await supercargo(['report', '--from', inventory, '-o', 'json']);
    expect(second.stdout).toBe(await readFile(direct, 'utf8'));
    expect(second.code).toBe(first.code);

    const { rows } = JSON.parse(second.stdout);
    const fromJson = rows.map((row: { package: string; version: string; type: string; occurrences: number }) => [
      row.package,
      row.version,
      row.type,
      String(row.occurrences),
    ]);
    const fromCsv = first.stdout.trim().split('\n').slice(1);
    expect(fromCsv.map((line) => line.split(',').slice(0, 4))).toEqual(fromJson);
    const table = (await supercargo(['report', '--from', inventory])).stdout
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(1);
    const cells = table.map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells.map((line) => line.slice(1, 5))).toEqual(fromJson);
    expect(
      cells.map((line) =>
        (line[5] as string)
          .split(', ')
          .filter((team) => team !== '(unowned)')
          .join(';'),
      ),
    ).toEqual(fromCsv.map((line) => line.split(',')[5]));
  });

  test('collect into a pipe, report from it, jq behind it', async () => {
    const pipe =
      'node dist/supercargo.js collect -q --allow-incomplete | node dist/supercargo.js report --from - --allow-incomplete -q -o json | jq -r ".rows | length"';
    const { stdout } = await supercargo(['report', '-o', 'json', '-q']);
    expect((await ok('bash', ['-o', 'pipefail', '-c', pipe])).trim()).toBe(String(JSON.parse(stdout).rows.length));
  });

  test('the teams come from the pods and from the namespaces', async () => {
    const { stdout } = await supercargo(['collect', '-q']);
    const { containers }: Inventory = JSON.parse(stdout);
    const teams = Object.fromEntries(containers.map(({ pod, team }) => [pod?.name, [team.name, team.from?.kind ?? null]]));
    expect(teams).toEqual({
      web: ['team-shamu', 'Pod'],
      cart: ['team-keiko', 'Pod'],
      metrics: [null, null],
      ledger: ['team-humphrey', 'Namespace'],
      cards: ['team-humphrey', 'Namespace'],
      gateway: ['team-humphrey', 'Namespace'],
      rpm: ['team-humphrey', 'Namespace'],
    });
  });
});

describe('bad surroundings, real ones', () => {
  test('a damaged token gives the packages, with unknown teams and exit 3', async () => {
    const kubeconfig = join(folder, 'damaged.kubeconfig');
    await writeFile(kubeconfig, (await readFile(process.env.KUBECONFIG as string, 'utf8')).replace('admin-token', 'no-such-token'));
    const { code, stdout, stderr } = await supercargo(['report', '-o', 'csv', '--kubeconfig', kubeconfig]);
    expect(code).toBe(3);
    expect(
      stdout
        .trim()
        .split('\n')
        .slice(1)
        .every((line) => line.endsWith(',(unknown)')),
    ).toBe(true);
    expect(stdout.split('\n').length).toBeGreaterThan(50);
    expect(stderr).toContain('(401)');
  });

  test('an account without rights is told what it may not do', async () => {
    const kubeconfig = join(process.env.CLUSTER_DIR as string, 'nobody.kubeconfig');
    const { code, stderr } = await supercargo(['report', '--kubeconfig', kubeconfig]);
    expect(code).toBe(3);
    expect(stderr).toContain('(403)');
    expect(stderr).toContain('-n');
  });

  test('one namespace alone', async () => {
    const { stdout } = await supercargo(['collect', '-q', '-n', 'payments']);
    expect((JSON.parse(stdout) as Inventory).containers.map(({ pod }) => pod?.name).sort()).toEqual(['cards', 'gateway', 'ledger', 'rpm']);
  });

  test('a selector of labels', async () => {
    const { code, stdout } = await supercargo(['collect', '-q', '-l', 'team in (team-shamu,team-keiko)']);
    expect((JSON.parse(stdout) as Inventory).containers.map(({ pod }) => pod?.name).sort()).toEqual(['cart', 'web']);
    expect(code).toBe(0);
  });

  test('a container of the engine that belongs to no pod is left out, and said to be, unless Docker is asked for', async () => {
    const id = (await ok('docker', ['run', '-d', '--label', 'team=team-local', images.alpine])).trim();
    try {
      const { stdout, stderr } = await supercargo(['collect']);
      expect((JSON.parse(stdout) as Inventory).containers.map((container) => container.id)).not.toContain(id);
      expect(stderr).toContain('left out');
      const asked: Inventory = JSON.parse((await supercargo(['collect', '-q', '--source', 'docker'])).stdout);
      expect(asked.containers.find((container) => container.id === id)?.team.name).toBe('team-local');
    } finally {
      await ok('docker', ['rm', '-f', id]);
    }
  });

  test('a paused container is read', async () => {
    const id = (await ok('docker', ['run', '-d', images.alpine])).trim();
    try {
      await ok('docker', ['pause', id]);
      const { containers }: Inventory = JSON.parse((await supercargo(['collect', '-q', '--source', 'docker'])).stdout);
      expect(containers.find((container) => container.id === id)?.scan.status).toBe('read');
    } finally {
      await run('docker', ['unpause', id]);
      await ok('docker', ['rm', '-f', id]);
    }
  });

  test('containers that end while they are scanned are gone or read, and never without a database', async () => {
    const ids = (await Promise.all(Array.from({ length: 12 }, () => ok('docker', ['run', '-d', images.alpine])))).map((id) => id.trim());
    const ending = ok('docker', ['rm', '-f', ...ids]);
    for (let round = 0; round < 5; round++) {
      const { code, stdout } = await supercargo(['collect', '-q', '--source', 'docker']);
      const statuses = (JSON.parse(stdout) as Inventory).containers
        .filter(({ id }) => ids.includes(id))
        .map(({ scan }) => scan.reason ?? scan.status);
      expect(statuses.filter((status) => status !== 'read' && status !== 'gone')).toEqual([]);
      expect([0, 3]).toContain(code);
    }
    await ending;
  });
});

describe('root folders', () => {
  test('this machine has what its own dpkg-query says', async () => {
    const { code, stdout } = await supercargo(['collect', '-q', '--rootfs', '/']);
    const { packages }: Inventory = JSON.parse(stdout);
    const own = await ok('dpkg-query', ['-W', '-f', dpkgFormat]);
    const expected = own.split('\n').filter((line) => line !== '' && !/^(not-installed|config-files)\t/.test(line));
    const found = packages
      .filter(({ type }) => type === 'deb')
      .map(({ name, version, architecture }) => `${name}\t${version}\t${architecture}`);
    expect(found.sort()).toEqual(expected.map((line) => line.split('\t').slice(1).join('\t')).sort());
    expect(code).toBe(0);
  });

  test('the Debian root folder of the corpus has 88 rows', async () => {
    const { stdout } = await supercargo(['report', '-q', '--rootfs', '../shared/corpus/dpkg/debian-12', '-o', 'json']);
    expect(JSON.parse(stdout).rows).toHaveLength(88);
  });
});
