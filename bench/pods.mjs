// Pods by the thousand: in the API server that kubectl talks to, or in one that is only simulated.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const namespace = 'supercargo-bench';
const atATime = 24;

/** A pod that runs nowhere, of the size that pods have: labels, annotations, an environment. */
export function podOf(index) {
  const name = `pod-${index}`;
  const labels = { app: `app-${index % 300}`, team: `team-${index % 40}`, 'pod-template-hash': 'abcdef' };
  const env = Array.from({ length: 5 }, (_, i) => ({ name: `KEY_${i}`, value: 'v'.repeat(40) }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels, annotations: { 'example.com/note': 'n'.repeat(200) } },
    spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'bench.local/app:1', env }] },
  };
}

export function statusOf(index) {
  const containerID = `docker://${index.toString(16).padStart(64, '0')}`;
  const state = { running: { startedAt: '2026-11-23T08:00:00Z' } };
  const container = { name: 'main', image: 'bench.local/app:1', imageID: '', containerID, ready: true, restartCount: 0, state };
  return { phase: 'Running', containerStatuses: [container] };
}

/** Makes pods in the real API server, of which their status says that they run. Gives what takes them away again. */
export function fillApiServer(count) {
  // Whoever measures waits for nothing else: the pods are made by a process of their own.
  const { status, stderr } = spawnSync(process.execPath, ['bench/pods.mjs', String(count)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Cannot make pods: ${stderr}`);
  return () => execFileSync('kubectl', ['delete', 'namespace', namespace, '--wait=false'], { stdio: 'ignore' });
}

async function makePods(count) {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(proxy.stdout, 'data');
  const address = /[\d.]+:\d+/.exec(String(line))?.[0];
  const send = async (method, path, type, body) => {
    const response = await fetch(`http://${address}${path}`, { method, headers: { 'Content-Type': type }, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok && response.status !== 409) throw new Error(`${method} ${path}: ${text}`);
  };
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  try {
    await send('POST', '/api/v1/namespaces', 'application/json', { metadata: { name: namespace } });
    let next = 0;
    const makeSome = async () => {
      for (let index = next++; index < count; index = next++) {
        await send('POST', pods, 'application/json', podOf(index));
        await send('PATCH', `${pods}/pod-${index}/status`, 'application/merge-patch+json', { status: statusOf(index) });
      }
    };
    await Promise.all(Array.from({ length: atATime }, makeSome));
  } finally {
    proxy.kill();
  }
}

if (process.argv[1]?.endsWith('pods.mjs')) await makePods(Number(process.argv[2]));
