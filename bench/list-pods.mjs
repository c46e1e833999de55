// Lists the pods of a cluster in a process of its own, by supercargo's reader or raw, for the lines that are about it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const lister = `
import http from 'node:http';
import https from 'node:https';
import { performance } from 'node:perf_hooks';
import { openCluster } from './src/collect/kubernetes/api.ts';
import { chooseClusters } from './src/collect/kubernetes/config.ts';
import { objectReader } from './src/collect/kubernetes/objects.ts';

const [, , way, expected] = process.argv;
const [{ config, server }] = await chooseClusters({ kubeconfig: null, contexts: [], server: null, clusterName: null }, { env: process.env, homeDirectory: '', signal: new AbortController().signal });

/** Every page, one after the other, and of its text only the token of the next. */
async function readRaw() {
  const options = { headers: { Accept: 'application/json' } };
  await config.applyToHTTPSOptions(options);
  options.agent.keepAlive = true;
  const get = (path) =>
    new Promise((resolve, reject) => {
      (server.startsWith('https:') ? https : http).get(server + path, options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks)));
      }).on('error', reject);
    });
  for (let token = ''; ; ) {
    const page = await get('/api/v1/pods?limit=500' + (token && '&continue=' + encodeURIComponent(token)));
    token = /"continue":"([^"]*)"/.exec(page.toString('latin1', 0, 4096))?.[1] ?? '';
    if (token === '') return;
  }
}

async function list() {
  const api = openCluster({ config, server, signal: new AbortController().signal, timeout: 60_000 });
  const pods = await api.list('/api/v1/pods', objectReader(['team']).pod);
  if (pods.length < Number(expected)) throw new Error('only ' + pods.length + ' pods');
}

const start = performance.now();
await (way === 'raw' ? readRaw() : list());
process.stdout.write(String(performance.now() - start));
`;

/** The arguments of Node for a program that lists that many pods of the cluster in use, and prints the milliseconds of listing alone. */
export function listPods(work, way, pods) {
  const outfile = join(work, 'list-pods.mjs');
  const stdin = { contents: lister, resolveDir: '.', loader: 'js' };
  const banner = { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" };
  if (!existsSync(outfile)) buildSync({ stdin, outfile, banner, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return [outfile, way, String(pods)];
}
