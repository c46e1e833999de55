import { afterEach, describe, expect, test } from 'vitest';
import { framesOf } from '../../src/collect/snapshot/frames.ts';
import { packSnapshot } from '../../src/collect/snapshot/text.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { snapshotForm } from '../../src/model/snapshot.ts';
import { type FakePod, fakeApiServer } from '../fakes/api-server.ts';
import { type FakeServer, fakeEngine, idOf, type Override, sendJson } from '../fakes/engine.ts';
import { program } from './program.ts';

const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString().replace(/\.\d+Z$/, 'Z');

const packages = [{ name: 'bash', version: '5.2-1', architecture: 'amd64', sourcePackage: null, licenseDeclared: null }];
const content = JSON.stringify({ type: 'deb', packages });

interface Seen {
  readonly name: string;
  readonly status?: 'read' | 'unread';
  readonly reason?: string;
  readonly podUid?: string;
}

function seenAs({ name, status = 'read', reason, podUid }: Seen): string {
  const contents = status === 'read' ? [0] : [];
  const nothing = { message: null, system: null, databases: [], diagnostics: [] };
  const facts = { id: idOf(name), runtime: 'containerd', podUid: podUid ?? null, isPause: false, startedAt: null };
  return JSON.stringify({ ...facts, ...nothing, status, reason: reason ?? null, contents });
}

/** The lines of an agent that saw these. */
function snapshot(node: string, seen: readonly Seen[], { takenAt = ago(5), form = snapshotForm as number } = {}): string[] {
  const header = { form, agent: { name: 'supercargo', version: '0.1.0' }, node, takenAt, looksEvery: 30_000, printsEvery: 600_000 };
  return framesOf(packSnapshot(header as never, [content], seen.map(seenAs)));
}

const containerOf = (name: string, startedAt = ago(3600)) => ({ name, id: idOf(name), state: 'running', startedAt }) as const;
const podOf = (name: string, node: string, startedAt?: string): FakePod => ({
  ...{ namespace: 'shop', name, node, labels: { team: `team-${name}` }, containers: [containerOf(name, startedAt)] },
});
const agentOn = (node: string, more: Partial<FakePod> = {}): FakePod => ({
  ...{ namespace: 'supercargo', name: `agent-${node}`, node, containers: [{ name: 'agent', id: idOf(node), state: 'running' }], ...more },
});

const pods = [podOf('web', 'node-1'), podOf('cart', 'node-2')];
const agents = [agentOn('node-1'), agentOn('node-2')];

/** What the logs of pods hold, by their names; a function answers by itself. */
type Logs = Readonly<Record<string, readonly string[] | Override>>;

const logged =
  (logs: Logs, otherwise: Override = () => false): Override =>
  (request, response) => {
    const url = new URL(request.url as string, 'http://cluster');
    const [, pod] = /^\/api\/v1\/namespaces\/supercargo\/pods\/([^/]+)\/log$/.exec(url.pathname) ?? [];
    const log = logs[pod ?? ''];
    if (log === undefined) return otherwise(request, response);
    if (typeof log === 'function') return log(request, response);
    response.end(log.slice(-Number(url.searchParams.get('tailLines'))).join(''));
    return true;
  };

const refused =
  (status: number): Override =>
  (_, response) => {
    sendJson(response, { message: `status ${status}` }, status);
    return true;
  };

let server: FakeServer | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** Collects shop, which is all but the agents themselves. */
async function collect(all: readonly FakePod[], override: Override, flags: readonly string[] = []) {
  server = await fakeApiServer(all, override);
  const source = ['--source', 'kubernetes', '--server', `http://${server.address}`, '-n', 'shop'];
  const { code, stdout, stderr } = await program(['collect', ...source, ...flags]);
  if (stdout === '') return { code, stderr, scans: {}, inventory: null };
  const inventory: Inventory = JSON.parse(stdout);
  const scans = Object.fromEntries(inventory.containers.map(({ name, scan }) => [name, scan.reason ?? scan.status]));
  return { code, stderr, scans, inventory };
}

const messageOf = (inventory: Inventory | null, name: string) =>
  inventory?.containers.find((container) => container.name === name)?.scan.message;

describe('what agents saw', () => {
  test('is joined with the pods of their nodes', async () => {
    const logs = { 'agent-node-1': snapshot('node-1', [{ name: 'web' }]), 'agent-node-2': snapshot('node-2', [{ name: 'cart' }]) };
    const { code, inventory, scans } = await collect([...pods, ...agents], logged(logs));
    expect([code, scans]).toEqual([0, { web: 'read', cart: 'read' }]);
    expect(inventory?.containers.map(({ node, team, scan }) => [node, team.name, scan.by])).toEqual([
      ['node-2', 'team-cart', 'agent'],
      ['node-1', 'team-web', 'agent'],
    ]);
    expect(inventory?.sources.map(({ kind, version, containers, error }) => [kind, version, containers, error])).toEqual([
      ['agent', '0.1.0', 2, null],
      ['kubernetes', 'v9.9.9', 2, null],
    ]);
    // One set for both nodes.
    expect(Object.values(inventory?.packageSets ?? {})).toEqual([[0]]);
  });

  test('of another node does not count, nor what no pod runs any more', async () => {
    const all = [{ name: 'web' }, { name: 'cart' }, { name: 'ended' }, { name: 'by-hand' }];
    const logs = { 'agent-node-1': snapshot('node-1', all), 'agent-node-2': snapshot('node-2', [{ name: 'web' }]) };
    const { code, scans, inventory } = await collect([...pods, ...agents], logged(logs));
    expect(scans).toEqual({ web: 'read', cart: 'failed' });
    expect(messageOf(inventory, 'cart')).toContain('The agent of the node node-2 looked at');
    expect(code).toBe(3);
  });

  test('of a node is that of its newest agent, where one takes the place of another', async () => {
    const logs = {
      old: snapshot('node-1', [{ name: 'web', status: 'unread', reason: 'failed' }], { takenAt: ago(50) }),
      new: snapshot('node-1', [{ name: 'web' }], { takenAt: ago(5) }),
    };
    const both = ['new', 'old'].map((name) => agentOn('node-1', { name }));
    expect((await collect([podOf('web', 'node-1'), ...both], logged(logs))).scans).toEqual({ web: 'read' });
  });

  test('is found at the end of a long log with as little of it as will do', async () => {
    const large = Array.from({ length: 12_000 }, (_, index) => ({ name: `other-${index}-${Math.random()}` }));
    const log = [...snapshot('node-1', [{ name: 'web' }, ...large]), ...snapshot('node-1', large).slice(0, -1)];
    expect(log.length).toBeGreaterThan(80);
    const { code, scans } = await collect([podOf('web', 'node-1'), agentOn('node-1')], logged({ 'agent-node-1': log }));
    expect([code, scans]).toEqual([0, { web: 'read' }]);
    const tails = server?.requests.flatMap((request) => /tailLines=(\d+)/.exec(request)?.[1] ?? []).map(Number) ?? [];
    expect(tails).toHaveLength(2);
    expect(tails[1]).toBeLessThan(4 * log.length);
  });

  test('does not take the place of what an engine reads itself', async () => {
    const files = { '/var/lib/dpkg/status': 'Package: vim\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n' };
    const labels = { 'io.kubernetes.pod.uid': 'uid-of-shop-web', 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'shop' };
    const engine = await fakeEngine([{ name: 'web', labels, files }]);
    try {
      const flags = ['--source', 'docker', '--docker-host', `tcp://${engine.address}`];
      const logs = { 'agent-node-1': snapshot('node-1', [{ name: 'web' }]) };
      const { inventory } = await collect([podOf('web', 'node-1'), agentOn('node-1')], logged(logs), flags);
      expect(inventory?.containers.map(({ scan, image }) => [scan.by, image])).toEqual([['docker', 0]]);
      expect(inventory?.packages.map(({ name }) => name)).toEqual(['vim']);
    } finally {
      engine.close();
    }
  });

  test('of a sandbox says why the containers of its pod are unread', async () => {
    const sandbox = { name: 'sandbox', status: 'unread', reason: 'sandboxed', podUid: 'uid-of-shop-web' } as const;
    const { scans } = await collect([podOf('web', 'node-1'), agentOn('node-1')], logged({ 'agent-node-1': snapshot('node-1', [sandbox]) }));
    expect(scans).toEqual({ web: 'sandboxed' });
  });
});

describe('a container that was started after the last look', () => {
  const started = (seconds: number) => [podOf('web', 'node-1', ago(seconds)), agentOn('node-1')];

  test('is too new, which makes nothing incomplete', async () => {
    const { code, scans, inventory } = await collect(started(3), logged({ 'agent-node-1': snapshot('node-1', [], { takenAt: ago(10) }) }));
    expect([code, scans]).toEqual([0, { web: 'too-new' }]);
    expect(messageOf(inventory, 'web')).toContain('--wait');
  });

  test('is the fault of the agent when two looks should have seen it', async () => {
    const { code, scans } = await collect(started(100), logged({ 'agent-node-1': snapshot('node-1', [], { takenAt: ago(120) }) }));
    expect([code, scans]).toEqual([3, { web: 'agent-timeout' }]);
  });

  test('is waited for with --wait', async () => {
    let asked = 0;
    const log: Override = (_, response) => {
      response.end(
        (++asked === 1 ? snapshot('node-1', [], { takenAt: ago(10) }) : snapshot('node-1', [{ name: 'web' }], { takenAt: ago(0) })).join(
          '',
        ),
      );
      return true;
    };
    const { code, scans } = await collect(started(3), logged({ 'agent-node-1': log }), ['--wait']);
    expect([code, scans, asked]).toEqual([0, { web: 'read' }, 2]);
  });

  test('has ended when its pod says so by now', async () => {
    let isListed = false;
    const gone: Override = (request, response) => {
      if (request.url?.startsWith('/api/v1/namespaces/shop/pods?')) isListed = true;
      if (!isListed || request.url !== '/api/v1/namespaces/shop/pods/web') return false;
      sendJson(response, { message: 'not found' }, 404);
      return true;
    };
    const { code, scans } = await collect(started(3600), logged({ 'agent-node-1': snapshot('node-1', []) }, gone));
    expect([code, scans]).toEqual([0, { web: 'gone' }]);
  });
});

describe('an agent that says nothing costs the containers of its node, and no other', () => {
  const other = snapshot('node-2', [{ name: 'cart' }]);
  const garbage = (text: string) => [`${text}\n`];

  test.each<[string, string, readonly string[] | Override, string]>([
    ['has been silent for long', 'agent-timeout', snapshot('node-1', [{ name: 'web' }], { takenAt: ago(700) }), 'has been silent since'],
    ['has an empty log', 'agent-timeout', [], 'no whole snapshot in its log'],
    ['has a torn log', 'agent-timeout', snapshot('node-1', Array(999).fill({ name: 'web' })).slice(1), 'no whole snapshot'],
    ['has another log', 'agent-timeout', garbage('failed to try resolving symlinks'), 'no whole snapshot'],
    ['is newer', 'failed', snapshot('node-1', [{ name: 'web' }], { form: 2 }), 'snapshots of the form 2'],
    ['may not be read', 'forbidden', refused(403), 'may not read this (403)'],
    ['is out of reach', 'failed', refused(400), '400'],
    ['says what is none', 'failed', framesOf(Buffer.from('hello')), 'gzip cannot unpack it'],
  ])('because it %s', async (_, reason, log, message) => {
    const { code, scans, inventory } = await collect([...pods, ...agents], logged({ 'agent-node-1': log, 'agent-node-2': other }));
    expect([code, scans]).toEqual([3, { web: reason, cart: 'read' }]);
    expect(messageOf(inventory, 'web')).toContain(message);
    expect(messageOf(inventory, 'web')).toContain('node-1');
  });

  test('because it does not run', async () => {
    const waiting = agentOn('node-1', { containers: [{ name: 'agent', state: 'waiting' }] });
    const { code, scans } = await collect([...pods, waiting, agentOn('node-2')], logged({ 'agent-node-2': other }));
    expect([code, scans]).toEqual([3, { web: 'agent-timeout', cart: 'read' }]);
  });

  test('because there is none', async () => {
    const { code, scans, inventory } = await collect([...pods, agentOn('node-2')], logged({ 'agent-node-2': other }));
    expect([code, scans]).toEqual([3, { web: 'no-agent', cart: 'read' }]);
    expect(messageOf(inventory, 'web')).toContain('node-1');
  });

  test('because the run had to end', async () => {
    const never: Override = () => true;
    const flags = ['--timeout', '2s'];
    const { code, scans } = await collect([...pods, ...agents], logged({ 'agent-node-1': never, 'agent-node-2': other }), flags);
    expect([code, scans]).toEqual([3, { web: 'timeout', cart: 'read' }]);
  });
});

describe('without agents', () => {
  const ofAgents = (inventory: Inventory | null) =>
    inventory?.diagnostics.filter(({ code }) => code.includes('agents')).map(({ code, severity }) => [code, severity]);

  const listing = /^\/api\/v1\/namespaces\/supercargo\/pods\?/;
  const onListing =
    (answer: Override): Override =>
    (request, response) =>
      listing.test(request.url as string) && answer(request, response);

  test('a namespace that is not there is no fault', async () => {
    const { scans, inventory } = await collect(pods, onListing(refused(404)));
    expect(scans).toEqual({ web: 'no-agent', cart: 'no-agent' });
    expect([inventory?.sources.map(({ kind }) => kind), ofAgents(inventory)]).toEqual([['kubernetes'], []]);
  });

  test('that they may not be listed is in the diagnostics', async () => {
    const { inventory } = await collect(pods, onListing(refused(403)));
    expect(ofAgents(inventory)).toEqual([['collect/agents-unasked', 'info']]);
  });

  test('that they cannot be listed makes the result incomplete', async () => {
    const { inventory, code } = await collect(pods, onListing(refused(409)));
    expect(inventory?.sources.find(({ kind }) => kind === 'agent')?.error).toContain('409');
    expect(code).toBe(3);
  });

  test('pods of another namespace that call themselves agents are not asked', async () => {
    const impostor = { ...agentOn('node-1'), namespace: 'shop' };
    const { scans } = await collect([podOf('web', 'node-1'), impostor], logged({ 'agent-node-1': snapshot('node-1', [{ name: 'web' }]) }));
    expect(scans).toEqual({ web: 'no-agent', agent: 'no-agent' });
    expect(server?.requests.filter((request) => request.includes('/log'))).toEqual([]);
  });

  test('--agent-namespace names where they are', async () => {
    await collect(pods, () => false, ['--agent-namespace', 'watchers']);
    expect(server?.requests.some((request) => request.startsWith('GET /api/v1/namespaces/watchers/pods?'))).toBe(true);
  });
});
