import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { fakeApiServer } from '../fakes/api-server.ts';
import { idOf } from '../fakes/engine.ts';
import { program } from './program.ts';

// The demo of the talk: a report of Lumogon, joined with the pods of a cluster by the id of the container.
const capability = (payload?: object) => ({ title: 'Packages', type: 'dockerapi', harvestid: 'x', ...(payload && { payload }) });
const container = (name: string, capabilities: object) => ({ container_id: idOf(name), container_name: `/${name}`, capabilities });
const kubernetesLabels = { 'io.kubernetes.docker.type': 'podsandbox', 'io.kubernetes.pod.uid': '1' };
const report = {
  $schema: 'http://puppet.com/lumogon/core/draft-01/schema#1',
  generated: '2017-05-09 07:59:24.287008012 +0000 UTC m=+60.09',
  containers: Object.fromEntries(
    [
      container('web', {
        dpkg: capability({ bash: '5.2-1', libc6: '2.36' }),
        host: capability({ platform: 'debian', platformversion: '12' }),
        label: capability({ app: 'web' }),
      }),
      container('old', { rpm: capability({ openssl: '1.0.1e-60.el7-x86_64' }), apk: capability() }),
      container('alone', { apk: capability({ musl: '1.1.14-r10' }), label: capability({ team: 'team-b' }) }),
      container('failed', { dpkg: capability({ error: 'exec failed' }) }),
      container('silent', { dpkg: capability() }),
      container('pause', { label: capability(kubernetesLabels) }),
    ].map((entry) => [entry.container_id, entry]),
  ),
};
const podOf = (name: string, labels: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, uid: `uid-of-${name}`, labels, ...more },
  spec: { nodeName: 'node-1' },
  status: { containerStatuses: [{ name, image: 'app:1', imageID: '', containerID: `docker://${idOf(name)}`, state: { running: {} } }] },
});
const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'old', uid: 'uid-of-replicaset', controller: true };
const pods = [podOf('web', { team: 'team-a' }), podOf('old', {}, { ownerReferences: [replicaSet] })];
const owners = [
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: 'shop', name: 'old', uid: 'uid-of-replicaset', annotations: { owner: 'team-c' } },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-of-the-cluster' } },
];

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-lumogon-'));
  await writeFile(at('lumogon.json'), JSON.stringify(report));
  await writeFile(at('pods.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }));
  await writeFile(at('all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...pods, ...owners] }));
});
afterAll(() => rm(folder, { recursive: true }));

async function inventoryOf(...flags: readonly string[]) {
  const { code, stdout, stderr } = await program(['report', '--from', at('lumogon.json'), '-q', '-o', 'inventory', ...flags]);
  if (stdout === '') throw new Error(stderr);
  const inventory: Inventory = JSON.parse(stdout);
  const named = (name: string) => inventory.containers.find(({ id }) => id === idOf(name));
  return { code, inventory, named };
}

describe('a report of Lumogon', () => {
  test('is joined anew, and not collected anew', async () => {
    const { code, stdout, stderr } = await program(['report', '--from', at('lumogon.json'), '--pods', at('pods.json'), '--no-direct']);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('--no-direct: the report of Lumogon has its packages')]);
  });

  test('is joined with the pods of a file', async () => {
    const { code, inventory, named } = await inventoryOf('--pods', at('pods.json'));
    expect(code).toBe(3);
    expect(inventory.generated).toBe('2017-05-09T07:59:24.287Z');
    expect(inventory.packages.map(({ type, name, version, architecture }) => [type, name, version, architecture])).toEqual([
      ['deb', 'bash', '5.2-1', null],
      ['deb', 'libc6', '2.36', null],
      ['apk', 'musl', '1.1.14-r10', null],
      ['rpm', 'openssl', '1.0.1e-60.el7', 'x86_64'],
    ]);
    expect(named('web')).toMatchObject({
      cluster: 'pods.json',
      team: { name: 'team-a', from: { kind: 'Pod', name: 'web' } },
      scan: { by: 'lumogon' },
    });
    expect(named('alone')?.team).toMatchObject({ name: 'team-b', from: { kind: 'Container' } });
    expect(inventory.systems).toMatchObject([{ id: 'debian', versionId: '12' }]);
  });

  test('of kinds that are not in the file nothing is known', async () => {
    expect((await inventoryOf('--pods', at('pods.json'))).named('old')?.team).toMatchObject({
      status: 'unknown',
      unasked: ['ReplicaSet', 'Service', 'Namespace'],
    });
    const { named, inventory } = await inventoryOf('--pods', at('all.json'));
    expect(named('old')?.team).toMatchObject({ name: 'team-c', from: { kind: 'ReplicaSet', field: 'annotation' } });
    expect(inventory.clusters).toMatchObject([{ name: 'all.json', uid: 'uid-of-the-cluster' }]);
  });

  test('what Lumogon did not find is unread, and pause containers are left out', async () => {
    const { inventory, named } = await inventoryOf('--pods', at('pods.json'));
    expect(inventory.containers).toHaveLength(5);
    expect(named('failed')?.scan).toMatchObject({ status: 'unread', message: 'Lumogon says: exec failed' });
    expect(named('silent')?.scan).toMatchObject({
      status: 'unread',
      message: 'Lumogon found no packages, which it also says where it could not look.',
    });
  });

  test('is joined with a live cluster', async () => {
    const server = await fakeApiServer([
      { namespace: 'shop', name: 'web', labels: { team: 'team-live' }, containers: [{ name: 'web', id: idOf('web'), state: 'running' }] },
    ]);
    expect((await inventoryOf('--server', `http://${server.address}`)).named('web')?.team.name).toBe('team-live');
    server.close();
  });

  test('is of the namespaces asked for, and says so to whoever reads it later', async () => {
    const flags = ['--pods', at('pods.json'), '-n', 'shop'];
    const { inventory, named } = await inventoryOf(...flags, '-o', `inventory=${at('shop.json')}`);
    expect([inventory.containers.length, named('alone')]).toEqual([2, undefined]);
    expect(inventory.selections).toEqual([{ namespaces: ['shop'], excludedNamespaces: [], selector: null }]);
    const now = await program(['report', '--from', at('lumogon.json'), ...flags, '-o', 'json', '-q']);
    const later = await program(['report', '--from', at('shop.json'), '-o', 'json', '-q']);
    expect(JSON.parse(now.stdout).question.namespaces).toEqual(['shop']);
    expect([later.stdout, later.code]).toEqual([now.stdout, now.code]);
    const other = await program(['report', '--from', at('shop.json'), '-n', 'search']);
    expect([other.code, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toContain('-n search: the inventory does not cover that namespace (it was collected with: namespace shop).');
  });

  test('is of the pods whose labels are asked for', async () => {
    const server = await fakeApiServer([
      { namespace: 'shop', name: 'web', labels: { team: 'team-live' }, containers: [{ name: 'web', id: idOf('web'), state: 'running' }] },
    ]);
    const { inventory } = await inventoryOf('--server', `http://${server.address}`, '-l', 'team=team-live');
    server.close();
    expect(inventory.containers.map(({ id }) => id)).toEqual([idOf('web')]);
  });

  test.each([
    ['broken.json', '{"$schema": "http://puppet.com/lumogon/core/draft-01/schema#1"}', 'The Lumogon report'],
    [
      'no-time.json',
      JSON.stringify({ ...report, generated: 'yesterday' }),
      'no-time.json is not what it should be at generated: should be a time.',
    ],
    ['other.json', '{"$schema": "http://example.com/lumogon"}', 'it has no schemaVersion'],
  ])('%s is trouble', async (name, text, message) => {
    await writeFile(at(name), text);
    const { code, stderr } = await program(['report', '--from', at(name)]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('--pods', () => {
  test.each([
    [['--pods', 'none.json'], 'Cannot read the pods of none.json (--pods): no such file.'],
    [['--pods', 'package.json'], 'The file package.json (--pods) holds no list of objects. Give what kubectl get'],
    [['--pods', 'README.md'], 'it is no JSON. Give kubectl get -o json.'],
    [['--pods', '-', '--from', '-'], '--from - and --pods -: standard input can be read once.'],
    [['--pods', 'package.json', '-l', 'a=b'], '-l and --pods: a file cannot be asked for labels.'],
  ])('%j is trouble', async (flags, message) => {
    const { code, stdout, stderr } = await program(['report', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

test.each([false, true])('--pods - is standard input, packed by gzip: %s', async (isPacked) => {
  const list = await readFile(at('pods.json'));
  const fromStdin = await program(['collect', '-q', '--source', 'kubernetes', '--pods', '-'], isPacked ? gzipSync(list) : list);
  await writeFile(at('stdin'), isPacked ? gzipSync(list) : list);
  const fromFile = await program(['collect', '-q', '--source', 'kubernetes', '--pods', at('stdin')]);
  const contentOf = ({ code, stdout }: typeof fromFile) => [code, JSON.parse(stdout).contentDigest];
  expect(contentOf(fromStdin)).toEqual(contentOf(fromFile));
  expect(JSON.parse(fromStdin.stdout).containers).not.toEqual([]);
});

test('an object of the file that is none is told as one of the file, and ends the run', async () => {
  await writeFile(at('odd-pods.json'), JSON.stringify({ kind: 'List', items: [{ kind: 'Pod', metadata: { name: 'web' } }] }));
  const { code, stdout, stderr } = await program(['report', '--pods', at('odd-pods.json')]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`The file ${at('odd-pods.json')} (--pods): a pod is not what it should be`);
});

test('packages and labels that are called like properties of every object are there, from a report and in one', async () => {
  const odd = JSON.parse('{"__proto__":"1","constructor":"2","toString":"3"}');
  const web = container('web', { dpkg: capability(odd), label: capability(odd) });
  await writeFile(at('odd.json'), JSON.stringify({ ...report, containers: { [idOf('web')]: web } }));
  const flags = ['-q', '--from', at('odd.json'), '--pods', at('pods.json')];
  const { stdout } = await program(['report', '-o', 'csv', '--no-headers', ...flags]);
  expect(stdout).toBe('__proto__,1,deb,1,0,team-a\nconstructor,2,deb,1,0,team-a\ntoString,3,deb,1,0,team-a\n');
  const printed = JSON.parse((await program(['report', '-o', 'lumogon', ...flags])).stdout).containers[idOf('web')];
  expect(Object.entries(printed.capabilities.dpkg.payload)).toEqual(Object.entries(odd));
  expect(Object.entries(printed.capabilities.label.payload)).toEqual(expect.arrayContaining(Object.entries(odd)));
});
