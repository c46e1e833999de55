import type { IncomingMessage, ServerResponse } from 'node:http';
import { kubernetesRights } from '../rights.ts';
import { type FakeServer, type Override, sendJson, serve } from './engine.ts';

export interface FakePod {
  readonly namespace: string;
  readonly name: string;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string };
  readonly containers: readonly {
    readonly name: string;
    readonly id?: string;
    readonly state: 'running' | 'waiting' | 'terminated';
    readonly startedAt?: string;
    /** Why it waits. */
    readonly reason?: string;
    readonly type?: 'init';
  }[];
}

/** An API server that has these pods, in pages of as many as it likes, and what else is given by path. */
export function fakeApiServer(
  pods: readonly FakePod[],
  override: Override = () => false,
  others: Readonly<Record<string, unknown>> = {},
  longestPage = Number.POSITIVE_INFINITY,
): Promise<FakeServer> {
  const page = (chosen: readonly FakePod[], parameters: URLSearchParams) => pageOf(chosen, parameters, longestPage);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (override(request, response)) return;
    const url = new URL(request.url as string, 'http://cluster');
    if (url.pathname === '/version') return sendJson(response, { gitVersion: 'v9.9.9' });
    if (url.pathname === '/api/v1/namespaces/kube-system') return sendJson(response, namespace('kube-system'));
    const names = [...new Set(pods.map((pod) => pod.namespace))];
    if (Object.hasOwn(others, url.pathname)) return sendJson(response, others[url.pathname]);
    const pod = pods.find(({ namespace: place, name }) => url.pathname === `/api/v1/namespaces/${place}/pods/${name}`);
    if (pod !== undefined) return sendJson(response, podOf(pod));
    if (url.pathname === '/api/v1/namespaces') return sendJson(response, { metadata: {}, items: names.map(namespace) });
    if (url.pathname === '/api/v1/pods') return sendJson(response, page(pods, url.searchParams));
    const [, namespaced] = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/.exec(url.pathname) ?? [];
    if (namespaced)
      return sendJson(
        response,
        page(
          pods.filter((pod) => pod.namespace === namespaced),
          url.searchParams,
        ),
      );
    if (/^\/api\/v1(\/namespaces\/[^/]+)?\/services$/.test(url.pathname)) return sendJson(response, { metadata: {}, items: [] });
    return sendJson(response, { message: 'not found' }, 404);
  };
  return serve(answer, null, kubernetesRights);
}

const namespace = (name: string) => ({ metadata: { name, uid: `uid-of-${name}` } });

function pageOf(pods: readonly FakePod[], parameters: URLSearchParams, longestPage: number) {
  const start = Number(parameters.get('continue') ?? 0);
  const end = start + Math.min(Number(parameters.get('limit')), longestPage);
  return { metadata: end < pods.length ? { continue: String(end) } : {}, items: pods.slice(start, end).map(podOf) };
}

export function podOf({ namespace: place, name, node = 'node-1', labels = {}, annotations = {}, owner, containers }: FakePod) {
  const statuses = (type?: 'init') =>
    containers
      .filter((container) => container.type === type)
      .map(({ name: container, id, state, startedAt, reason }) => ({
        ...{
          name: container,
          image: 'fake:1',
          imageID: '',
          state: { [state]: { ...(startedAt && { startedAt }), ...(reason && { reason }) } },
        },
        ...(id && { containerID: `docker://${id}` }),
      }));
  return {
    metadata: { namespace: place, name, uid: `uid-of-${place}-${name}`, labels, annotations, ...(owner && { ownerReferences: [owner] }) },
    spec: { nodeName: node },
    status: { containerStatuses: statuses(), initContainerStatuses: statuses('init') },
  };
}
