// Agents: on a node with containers, and a thousand of them at once.
import { deepStrictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { startFleet } from '../fleet.mjs';
import { megabytesOf, output, program, time } from '../measure.mjs';

const lookOnce = [program, 'agent', '--once'];
const emptyNode = () => time(process.execPath, ['-e', '0']);

const looker = `
import { createLooker } from './src/agent/looker.ts';
import { openMachine } from './src/collect/node.ts';

const { look } = createLooker(openMachine('/proc', new AbortController().signal), () => new Date());
const first = await look(false);
const looks = 50;
for (let warm = 0; warm < 10; warm++) await look(false);
const { user, system } = process.cpuUsage();
for (let count = 0; count < looks; count++) {
  const { digest } = await look(false);
  if (digest !== first.digest) throw new Error('something changed on this machine');
}
const used = process.cpuUsage({ user, system });
process.stdout.write(String((used.user + used.system) / 1000 / looks));
`;

function lookAgain(work) {
  const outfile = join(work, 'looker.mjs');
  const stdin = { contents: looker, resolveDir: '.', loader: 'js' };
  if (!existsSync(outfile)) buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return [outfile];
}

async function simulate(nodes) {
  const child = spawn(process.execPath, ['bench/simulated-nodes.mjs', String(nodes)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const address = String(line).trim();
  const flags = ['--source', 'kubernetes', '--server', address, '--quiet', '--allow-incomplete', '-o', 'inventory=/dev/null'];
  return { collect: [program, 'collect', ...flags], close: () => child.stdin.end() };
}

/** Of a hundred nodes one agent is silent, one log torn and one out of reach; the slow one is read: bench/simulated-nodes.mjs. */
function checkWhatIsSaid(collect, nodes, work) {
  const file = join(work, 'simulated-nodes.json');
  output(
    process.execPath,
    collect.map((flag) => flag.replace('/dev/null', file)),
  );
  const { containers } = JSON.parse(readFileSync(file, 'utf8'));
  const said = {};
  for (const { scan } of containers) said[scan.reason ?? scan.status] = (said[scan.reason ?? scan.status] ?? 0) + 1;
  deepStrictEqual(said, { read: 97 * nodes, 'agent-timeout': 2 * nodes, failed: nodes });
}

async function openCluster(work) {
  const [all, few] = await Promise.all([1000, 100].map(simulate));
  checkWhatIsSaid(all.collect, 1000, work);
  return {
    own: () => time(process.execPath, all.collect),
    other: () => time(process.execPath, few.collect),
    megabytes: () => megabytesOf(all.collect),
    close: () => {
      all.close();
      few.close();
    },
  };
}

function openNode(own) {
  const { remove } = startFleet(100, { images: 10 });
  return { own, other: emptyNode, megabytes: () => megabytesOf(lookOnce), close: remove };
}

export const agentLines = [
  {
    id: 'agent-first-look',
    what: 'the first look of an agent at a node with 100 containers of 10 images, with the start of Node',
    other: 'node -e 0',
    limit: { ratio: 6, megabytes: 80 },
    runs: 9,
    open: () => openNode(() => time(process.execPath, lookOnce)),
  },
  {
    id: 'agent-next-look',
    what: 'the next one where nothing changed: time of the processor',
    other: 'node -e 0',
    limit: { milliseconds: 20 },
    open: (work) => openNode(() => Number(output(process.execPath, lookAgain(work)))),
  },
  {
    id: 'agents-1000',
    what: '`collect` from the agents of 1,000 simulated nodes with 100,000 containers, 40 of them silent, slow, torn or out of reach',
    other: 'of 100 nodes',
    limit: { milliseconds: 60_000, megabytes: 1000 },
    runs: 3,
    open: openCluster,
  },
];
