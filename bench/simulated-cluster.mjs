// An API server that has so many pods and nothing else, in pages, on loopback: node bench/simulated-cluster.mjs COUNT
// It prints its address, and ends with its standard input.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { podOf, statusOf } from './pods.mjs';

const count = Number(process.argv[2]);
const started = (index) => {
  const { metadata, spec } = podOf(index);
  return {
    metadata: { ...metadata, uid: `uid-of-pod-${index}` },
    spec: { ...spec, nodeName: `node-${index % 50}` },
    status: statusOf(index),
  };
};
// Made once: what is measured is who reads them.
const pods = Array.from({ length: count }, (_, index) => JSON.stringify(started(index)));

function page(parameters) {
  const start = Number(parameters.get('continue') ?? 0);
  const end = start + Number(parameters.get('limit'));
  const metadata = end < count ? { continue: String(end) } : {};
  return `{"kind":"PodList","metadata":${JSON.stringify(metadata)},"items":[${pods.slice(start, end).join(',')}]}`;
}

const answers = {
  '/api/v1/pods': page,
  '/api/v1/namespaces': () => '{"metadata":{},"items":[]}',
  '/api/v1/services': () => '{"metadata":{},"items":[]}',
  '/api/v1/namespaces/kube-system': () => '{"metadata":{"name":"kube-system","uid":"simulated"}}',
  '/version': () => '{"gitVersion":"v0.0.0"}',
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://cluster');
  const answer = answers[pathname];
  response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(answer ? answer(searchParams) : '{"message":"not simulated"}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
process.stdin.on('end', () => process.exit()).resume();
