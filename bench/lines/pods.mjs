// Pods by the thousand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listPods } from '../list-pods.mjs';
import { megabytesOf, output, program, time } from '../measure.mjs';
import { fillApiServer } from '../pods.mjs';

const collect = [program, 'collect', '--source', 'kubernetes', '--quiet', '--allow-incomplete', '-o', 'inventory=/dev/null'];

function openReal(work, pods) {
  const close = fillApiServer(pods);
  return {
    own: () => Number(output(process.execPath, listPods(work, 'supercargo', pods))),
    other: () => Number(output(process.execPath, listPods(work, 'raw', pods))),
    megabytes: () => megabytesOf(collect),
    close,
  };
}

/** The whole program on so many pods, and on a fifth of them. */
async function openSimulated(pods) {
  const clusters = await Promise.all([pods, pods / 5].map(simulate));
  const [all, few] = clusters.map(({ address }) => [...collect, '--server', address]);
  return {
    own: () => time(process.execPath, all),
    other: () => time(process.execPath, few),
    megabytes: () => megabytesOf(all),
    close: () => {
      for (const { child } of clusters) child.stdin.end();
    },
  };
}

async function simulate(pods) {
  const child = spawn(process.execPath, ['bench/simulated-cluster.mjs', String(pods)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, address: String(line).trim() };
}

export const podLines = [
  {
    id: 'pods-10k',
    what: 'the list of 10,000 pods of a real API server; the memory is that of `collect`',
    other: 'reading the same pages, and nothing done with them',
    limit: { ratio: 1.5, megabytes: 300 },
    open: (work) => openReal(work, 10_000),
  },
  {
    id: 'pods-50k',
    what: '`collect` of 50,000 pods of a simulated API server',
    other: 'of 10,000',
    limit: { ratio: 5 },
    open: () => openSimulated(50_000),
  },
];
