import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { framesOf, lastWholeIn } from '../../src/collect/snapshot/frames.ts';
import { packSnapshot, unpackSnapshot } from '../../src/collect/snapshot/text.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { snapshotForm } from '../../src/model/snapshot.ts';
import { makeProc } from '../collect/node/made-proc.ts';
import { type FakePod, fakeApiServer, podOf as podAnswer } from '../fakes/api-server.ts';
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
function snapshot(node: string, seen: readonly Seen[], more: Readonly<Record<string, unknown>> = {}): string[] {
  const times = { takenAt: ago(5), looksEvery: 30_000, printsEvery: 600_000 };
  const header = { form: snapshotForm, agent: { name: 'supercargo', version: '0.1.0' }, node, ...times, ...more };
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
    expect(messageOf(inventory, 'cart')).toContain('The agent of the node node-2 looked while it ran');
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

  test('is not looked for in more lines than are read', async () => {
    const log = [`supercargo/1 ${'0'.repeat(32)} 999999/999999 AAAA\n`];
    const { code, scans } = await collect([podOf('web', 'node-1'), agentOn('node-1')], logged({ 'agent-node-1': log }));
    expect([code, scans]).toEqual([3, { web: 'agent-timeout' }]);
    const tails = server?.requests.flatMap((request) => /tailLines=(\d+)/.exec(request)?.[1] ?? []);
    expect(tails).toEqual(['40', '10000']);
  });

  test('is not looked for in a log whose lines are longer than all that is read', async () => {
    const endless: Override = (_, response) => {
      response.end('x'.repeat(33 * 1024 * 1024));
      return true;
    };
    const logs = { 'agent-node-1': endless, 'agent-node-2': snapshot('node-2', [{ name: 'cart' }]) };
    const { code, scans, inventory } = await collect([...pods, ...agents], logged(logs));
    expect([code, scans]).toEqual([3, { web: 'failed', cart: 'read' }]);
    expect(messageOf(inventory, 'web')).toContain('with more than 32 MiB, the most that is read.');
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

  test.each(['uid-of-shop-web', 'of-the-node'])('of a sandbox says why the containers of its pod are unread: %s', async (podUid) => {
    const sandbox = { name: 'sandbox', status: 'unread', reason: 'sandboxed', podUid } as const;
    const pod = { ...podOf('web', 'node-1'), annotations: { 'kubernetes.io/config.mirror': 'of-the-node' } };
    const { scans } = await collect([pod, agentOn('node-1')], logged({ 'agent-node-1': snapshot('node-1', [sandbox]) }));
    expect(scans).toEqual({ web: 'sandboxed' });
  });
});

describe('a container that took the place of another after the pods were listed', () => {
  const listed = podOf('web', 'node-1');
  const seen = { name: 'again', podUid: 'uid-of-shop-web' };
  const outcomes = (inventory: Inventory | null) =>
    inventory?.containers.map(({ id, name, pod, team, scan }) => [id, name, pod?.containerType, team.name, scan.reason ?? scan.status]);
  const gone = [idOf('web'), 'web', 'container', 'team-web', 'gone'];
  const restarted = {
    ...listed,
    containers: [
      { ...containerOf('again', ago(20)), name: 'web' },
      { name: 'sidecar', id: idOf('sidecar'), state: 'running' as const },
    ],
  };
  const now = (answer: Override) =>
    logged({ 'agent-node-1': snapshot('node-1', [seen, { name: 'sidecar-of-before', podUid: seen.podUid }]) }, (request, response) => {
      return request.url === '/api/v1/namespaces/shop/pods/web' && answer(request, response);
    });

  test('is read where its pod names it by now; what its agent did not see is not expected', async () => {
    const answer: Override = (_, response) => {
      sendJson(response, podAnswer(restarted));
      return true;
    };
    const { code, inventory } = await collect([listed, agentOn('node-1')], now(answer));
    expect(outcomes(inventory)?.sort()).toEqual([[idOf('again'), 'web', 'container', 'team-web', 'read'], gone].sort());
    expect(code).toBe(0);
  });

  test('is read where its pod is a static one, of which the node knows another uid', async () => {
    const annotations = { 'kubernetes.io/config.mirror': 'of-the-node' };
    const answer: Override = (_, response) => {
      sendJson(response, podAnswer({ ...restarted, annotations }));
      return true;
    };
    const log = snapshot('node-1', [{ ...seen, podUid: 'of-the-node' }]);
    const onPod: Override = (request, response) => request.url === '/api/v1/namespaces/shop/pods/web' && answer(request, response);
    const { code, inventory } = await collect([{ ...listed, annotations }, agentOn('node-1')], logged({ 'agent-node-1': log }, onPod));
    expect(outcomes(inventory)?.sort()).toEqual([[idOf('again'), 'web', 'container', 'team-web', 'read'], gone].sort());
    expect(code).toBe(0);
  });

  test.each<[string, Override, string, number]>([
    ['has ended, too, where its pod is another by now', replaced, 'gone', 0],
    ['is not taken for one that runs where its pod cannot be asked', refused(403), 'failed', 3],
  ])('%s', async (_, answer, reason, expected) => {
    const { code, inventory } = await collect([listed, agentOn('node-1')], now(answer));
    expect(outcomes(inventory)).toEqual([[...gone.slice(0, -1), reason]]);
    expect(code).toBe(expected);
  });

  function replaced(...[, response]: Parameters<Override>) {
    const answer = podAnswer(restarted);
    sendJson(response, { ...answer, metadata: { ...answer.metadata, uid: 'another' } });
    return true;
  }
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

  test('is not too new for ever where nobody knows when it was started', async () => {
    const web = { ...podOf('web', 'node-1'), containers: [{ name: 'web', id: idOf('web'), state: 'running' } as const] };
    const log = snapshot('node-1', []);
    const { code, scans } = await collect([web, agentOn('node-1')], logged({ 'agent-node-1': log }), ['--wait']);
    expect([code, scans]).toEqual([3, { web: 'failed' }]);
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

  /** That the pod of web is asked for by itself: its containers are told apart from those of the list. */
  const onPod =
    (answer: Override): Override =>
    (request, response) =>
      request.url === '/api/v1/namespaces/shop/pods/web' && answer(request, response);

  test('has ended when its pod says so by now', async () => {
    const { code, scans } = await collect(started(3600), logged({ 'agent-node-1': snapshot('node-1', []) }, onPod(refused(404))));
    expect([code, scans]).toEqual([0, { web: 'gone' }]);
  });

  // An agent does not print a look that found nothing new.
  test.each([[[]], [['--wait']]])('has ended between two looks when its pod says so by now %s', async (flags) => {
    const log = snapshot('node-1', [], { takenAt: ago(120) });
    const { code, scans } = await collect(started(100), logged({ 'agent-node-1': log }, onPod(refused(404))), flags);
    expect([code, scans]).toEqual([0, { web: 'gone' }]);
  });

  test('and ended, another container of its pod still runs', async () => {
    const other = podOf('web', 'node-1', ago(100));
    const restarted = { ...other, containers: [containerOf('web-again', ago(1))] };
    const answer: Override = (_, response) => {
      sendJson(response, podAnswer(restarted));
      return true;
    };
    const log = snapshot('node-1', [], { takenAt: ago(120) });
    const { code, scans } = await collect(started(100), logged({ 'agent-node-1': log }, onPod(answer)), ['--wait']);
    expect([code, scans]).toEqual([0, { web: 'gone' }]);
  });

  test('is waited for also where its agent is only about to start', async () => {
    const running = agentOn('node-1');
    let listed = 0;
    const listing: Override = (request, response) => {
      if (!request.url?.startsWith('/api/v1/namespaces/supercargo/pods?')) return false;
      const agent = ++listed === 1 ? { ...running, containers: [{ name: 'agent', state: 'waiting' } as const] } : running;
      sendJson(response, { metadata: {}, items: [podAnswer(agent)] });
      return true;
    };
    const log = snapshot('node-1', [{ name: 'web' }]);
    const { code, scans } = await collect([podOf('web', 'node-1')], logged({ 'agent-node-1': log }, listing), ['--wait']);
    expect([code, scans, listed]).toEqual([0, { web: 'read' }, 2]);
  });

  describe('when the run has to end meanwhile', () => {
    let both: readonly FakePod[] = [];
    let log: readonly string[] = [];
    // All of it is held against the clock.
    beforeEach(() => {
      both = [podOf('web', 'node-1', ago(3)), podOf('cart', 'node-1'), agentOn('node-1')];
      log = snapshot('node-1', [{ name: 'cart' }], { takenAt: ago(10) });
    });

    test.each<[string, number]>([
      ['while it is waited for', Number.POSITIVE_INFINITY],
      ['while the log is read again', 1],
    ])('%s, what was read before is not lost', async (_, answered) => {
      let asked = 0;
      const answer: Override = (__, response) => {
        if (++asked <= answered) response.end(log.join(''));
        return true;
      };
      const { code, scans } = await collect(both, logged({ 'agent-node-1': answer }), ['--wait', '--timeout', '3500ms']);
      expect([code, scans]).toEqual([0, { web: 'too-new', cart: 'read' }]);
      expect(asked).toBe(2);
    });

    test('while its pod is asked for, nothing else is lost', async () => {
      const all = [
        podOf('web', 'node-1', ago(3600)),
        podOf('cart', 'node-1'),
        podOf('till', 'node-2'),
        agentOn('node-1'),
        agentOn('node-2'),
      ];
      const logs = { 'agent-node-1': log, 'agent-node-2': snapshot('node-2', [{ name: 'till' }]) };
      const { code, scans } = await collect(
        all,
        logged(
          logs,
          onPod(() => true),
        ),
        ['--timeout', '2s'],
      );
      expect([code, scans]).toEqual([3, { web: 'failed', cart: 'read', till: 'read' }]);
    });
  });
});

describe('an agent that says nothing costs the containers of its node, and no other', () => {
  const other = snapshot('node-2', [{ name: 'cart' }]);
  const garbage = (text: string) => [`${text}\n`];

  test.each<[string, string, readonly string[] | Override, string]>([
    [
      'has been silent for long',
      'agent-timeout',
      snapshot('node-1', [{ name: 'web' }], { takenAt: ago(700) }),
      'has been silent for more than 660 s',
    ],
    [
      'has a clock that is ahead',
      'failed',
      snapshot('node-1', [{ name: 'web' }], { takenAt: ago(-3600) }),
      'its clock and the one here differ',
    ],
    ['says that it looks once in years', 'failed', snapshot('node-1', [{ name: 'web' }], { looksEvery: 1e12 }), 'looksEvery'],
    ['says that it never has to print', 'failed', snapshot('node-1', [{ name: 'web' }], { printsEvery: -1 }), 'printsEvery'],
    ['says no time', 'failed', snapshot('node-1', [{ name: 'web' }], { takenAt: 'soon' }), 'takenAt'],
    ['has an empty log', 'agent-timeout', [], 'no whole snapshot in its log'],
    ['has a torn log', 'agent-timeout', snapshot('node-1', Array(999).fill({ name: 'web' })).slice(1), 'no whole snapshot'],
    ['has another log', 'agent-timeout', garbage('hello'), 'no whole snapshot'],
    [
      'has a log that its node does not find',
      'agent-timeout',
      garbage('failed to try resolving symlinks in path "/var/log/0.log": lstat: no such file'),
      'Its node says: failed to try resolving symlinks in path "/var/log/0.log": lstat: no such file',
    ],
    [
      'has a log that does not come',
      'failed',
      (_, response) => response.destroy() !== null,
      'The API server could not give its log (socket hang up): its node may not answer.',
    ],
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

  test('and not because its clock is ahead by a little', async () => {
    const log = snapshot('node-1', [{ name: 'web' }], { takenAt: ago(-30) });
    const { code, scans } = await collect([...pods, ...agents], logged({ 'agent-node-1': log, 'agent-node-2': other }));
    expect([code, scans]).toEqual([0, { web: 'read', cart: 'read' }]);
  });

  test('because it does not run', async () => {
    const waiting = agentOn('node-1', { containers: [{ name: 'agent', state: 'waiting', reason: 'ImagePullBackOff' }] });
    const { code, scans, inventory, stderr } = await collect([...pods, waiting, agentOn('node-2')], logged({ 'agent-node-2': other }));
    expect([code, scans]).toEqual([3, { web: 'agent-timeout', cart: 'read' }]);
    const message = 'The agent of the node node-1, supercargo/agent-node-1, does not run: ImagePullBackOff.';
    expect(messageOf(inventory, 'web')).toBe(message);
    expect(inventory?.diagnostics).toContainEqual(expect.objectContaining({ code: 'collect/agent-unread', severity: 'warning', message }));
    expect(stderr).toContain(`warning: ${message}`);
  });

  test('because its name is none', async () => {
    const odd = agentOn('node-1', { name: 'agent-\ud800' });
    const { code, scans } = await collect([...pods, odd, agentOn('node-2')], logged({ 'agent-node-2': other }));
    expect([code, scans]).toEqual([3, { web: 'forbidden', cart: 'read' }]);
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

describe('what to do is said once', () => {
  const hints = (stderr: string) => stderr.split('\n').filter((line) => /^To (have|include) /.test(line));

  test('where nodes have no agent', async () => {
    const { stderr } = await collect(pods, () => false);
    expect(hints(stderr)).toEqual([expect.stringMatching(/kubectl apply -k deploy\/kubernetes .+ --agent-namespace/)]);
  });

  test('where an agent has not looked yet', async () => {
    const log = snapshot('node-1', [], { takenAt: ago(20) });
    const { stderr } = await collect([podOf('web', 'node-1', ago(2)), agentOn('node-1')], logged({ 'agent-node-1': log }));
    expect(hints(stderr)).toEqual([expect.stringContaining('--wait')]);
  });

  test('and not where all was read, nor with -q', async () => {
    const logs = { 'agent-node-1': snapshot('node-1', [{ name: 'web' }]), 'agent-node-2': snapshot('node-2', [{ name: 'cart' }]) };
    expect(hints((await collect([...pods, ...agents], logged(logs))).stderr)).toEqual([]);
    server?.close();
    expect((await collect(pods, () => false, ['-q'])).stderr).toBe(
      'Incomplete: 2 of 2 containers not read. Use --allow-incomplete to exit with 0 anyway.\n',
    );
  });
});

test('an agent takes no pause that no report would believe', async () => {
  for (const flag of ['--look-every', '--print-every']) {
    const { code, stderr } = await program(['agent', '--once', flag, '25h', '--proc-root', '/nonexistent']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('It must be a day (24h) at the most.')]);
  }
});

describe('one look of an agent', () => {
  const database = 'Package: bash\nStatus: install ok installed\nVersion: 1\n';
  const snapshotOf = (text: string) => unpackSnapshot(lastWholeIn(text).bytes as Buffer, new Map());

  async function look(databases: readonly string[], flags: readonly string[] = [], env = {}) {
    const proc = makeProc();
    for (const [at, text] of databases.entries())
      proc.start(10 + at, { cgroup: `/docker/${idOf(`c${at}`)}`, files: { '/var/lib/dpkg/status': text } });
    return program(['agent', '--once', '--proc-root', proc.folder, ...flags], undefined, env);
  }

  test('at containers of which some could not be read is incomplete, and says why', async () => {
    expect(await look([database])).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await look([database, 'no database']);
    expect(snapshotOf(stdout).containers).toHaveLength(2);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^Incomplete: 1 container not read, or not wholly\. .+\n$/)]);
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['--node-name', ['--node-name', 'node-7'], { NODE_NAME: 'node-8' }, 'node-7'],
    ['NODE_NAME', [], { NODE_NAME: 'node-8' }, 'node-8'],
    ['the name of the host', [], { NODE_NAME: '' }, hostname()],
  ])('is of the node that %s names', async (_, flags, env, node) => {
    expect(snapshotOf((await look([database], flags, env)).stdout).header.node).toBe(node);
  });
});

test.each<[string, string, number, number, readonly Seen[]]>([
  ['a silent agent', 'agent-timeout', 3600, 700, [{ name: 'web' }]],
  ['an agent that does not see a container', 'failed', 3600, 20, []],
  ['an agent that is too late for a container', 'agent-timeout', 100, 120, []],
  ['a container that is too new', 'too-new', 2, 20, []],
])('two inventories of an unchanged cluster with %s have one digest', async (_, reason, started, looked, seen) => {
  const all = [podOf('web', 'node-1', ago(started)), agentOn('node-1')];
  const digests = [];
  for (const takenAt of [ago(looked), ago(looked - 10)]) {
    const log = snapshot('node-1', seen, { takenAt });
    const { inventory, scans } = await collect(all, logged({ 'agent-node-1': log }), ['--cluster-name', 'one']);
    server?.close();
    expect(scans).toEqual({ web: reason });
    digests.push(inventory?.contentDigest);
  }
  expect(digests[1]).toBe(digests[0]);
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

  test('that they may not be listed is why nothing was read, and in the diagnostics', async () => {
    const { code, scans, inventory } = await collect(pods, onListing(refused(403)));
    expect(ofAgents(inventory)).toEqual([['collect/agents-unasked', 'warning']]);
    expect([code, scans]).toEqual([3, { web: 'forbidden', cart: 'forbidden' }]);
    expect(messageOf(inventory, 'web')).toContain('node-1');
    expect(messageOf(inventory, 'web')).toContain('the right to list pods in the namespace supercargo');
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
