// What simulated API servers have in common.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** The items of a list from a token on, each of them JSON already. */
export function pageOf(items, parameters) {
  const start = Number(parameters.get('continue') ?? 0);
  const end = start + Number(parameters.get('limit'));
  return `{"metadata":${end < items.length ? `{"continue":"${end}"}` : '{}'},"items":[${items.slice(start, end).join(',')}]}`;
}

/** What every cluster has, by path. */
const common = {
  '/api/v1/namespaces': () => '{"metadata":{},"items":[]}',
  '/api/v1/services': () => '{"metadata":{},"items":[]}',
  '/api/v1/namespaces/kube-system': () => '{"metadata":{"name":"kube-system","uid":"simulated"}}',
  '/version': () => '{"gitVersion":"v0.0.0"}',
};

/**
 * Serves answers by path on loopback, each made of the parameters of the request; `first` may answer in their place. Prints
 * the address, and ends with its standard input.
 */
export async function serveCluster(answers, first = () => false) {
  const all = { ...common, ...answers };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://cluster');
    if (first(pathname, searchParams, response)) return;
    const answer = all[pathname];
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(answer ? answer(searchParams) : '{"message":"not simulated"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
  process.stdin.on('end', () => process.exit()).resume();
}
