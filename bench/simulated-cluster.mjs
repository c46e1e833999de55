// An API server that has so many pods and nothing else, in pages, on loopback: node bench/simulated-cluster.mjs COUNT
// It prints its address, and ends with its standard input.
import { podOf, statusOf } from './pods.mjs';
import { pageOf, serveCluster } from './serve-cluster.mjs';

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

await serveCluster({ '/api/v1/pods': (parameters) => pageOf(pods, parameters) });
