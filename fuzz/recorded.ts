import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fleet from '../fixtures/demo/fleet.json' with { type: 'json' };
import { defaultConfig } from '../src/model/config.ts';
import { CollectError, UsageError } from '../src/model/errors.ts';
import type { Inventory } from '../src/model/inventory.ts';
import type { CollectPlan } from '../src/model/plan.ts';
import { collectInventory } from '../src/pipeline.ts';
import { textOf } from './json.ts';
import { orRefused } from './target.ts';

/** What a server answers to one request; `stat` is what the header X-Docker-Container-Path-Stat holds. */
export interface Answer {
  readonly request: string;
  /** 200 where none is given. Those that make the client wait and try again are not answered: runs would take seconds. */
  readonly status?: unknown;
  readonly stat?: unknown;
  readonly json?: unknown;
  /** A tar archive, in base64. */
  readonly archive?: string;
}

/** Some of the recorded fleet: one container without a database, one of Debian, of Alpine, and a distroless one. */
const chosen = ['0c503a7b7287', '0fd2034fce34', '2ffb0c2ca1df', 'fb94520ff0e3'];

export const recordedDocker: readonly Answer[] = (fleet.docker as (Answer & { stat?: string })[])
  .filter(
    ({ request }) => !request.includes('/containers/') || request.endsWith('/containers/json') || chosen.some((id) => request.includes(id)),
  )
  .map(({ stat, ...answer }) => {
    const isList = answer.request === 'GET /containers/json';
    const json = isList ? (answer.json as { Id: string }[]).filter(({ Id }) => chosen.some((id) => Id.startsWith(id))) : answer.json;
    return { ...answer, ...(json !== undefined && { json }), ...(stat !== undefined && { stat: statIn(stat) }) };
  });

function statIn(header: string): unknown {
  return JSON.parse(Buffer.from(header, 'base64').toString());
}

export const recordedKubernetes = fleet.kubernetes as readonly Answer[];

/** A server on loopback whose answers are changed from run to run. It does not keep the process alive. */
function standIn() {
  let answers = new Map<string, Answer>();
  let server: Server | null = null;
  return {
    answerWith: (list: readonly Answer[]) => {
      answers = new Map(list.map((answer) => [answer.request, answer]));
    },
    address: async () => {
      server ??= await new Promise<Server>((resolve) => {
        const made = createServer((request, response) => send(answers.get(`${request.method} ${request.url}`), response));
        made.listen(0, '127.0.0.1', () => resolve(made)).unref();
      });
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}

function send(answer: Answer | undefined, response: ServerResponse): void {
  if (answer === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"there is no such thing"}');
    return;
  }
  const { status, stat, json } = answer;
  // A field that was changed may be anything.
  const archive: unknown = answer.archive;
  const header = stat === undefined ? {} : { 'x-docker-container-path-stat': Buffer.from(textOf(stat)).toString('base64') };
  response.writeHead(isRefusal(status) ? status : 200, header);
  response.end(typeof archive === 'string' ? Buffer.from(archive, 'base64') : textOf(json ?? archive ?? null));
}

const isRefusal = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 400 && (status as number) < 500 && status !== 429;

const engine = standIn();
const cluster = standIn();

/** The whole way from the answers to an Inventory; null where they were refused. */
export async function collectFrom(docker: readonly Answer[], kubernetes: readonly Answer[]): Promise<Inventory | null> {
  engine.answerWith(docker);
  cluster.answerWith(kubernetes);
  const plan = { ...emptyPlan, docker: { host: `tcp://${await engine.address()}`, context: null, direct: false } };
  const server = `http://${await cluster.address()}`;
  return orRefused([CollectError, UsageError], () =>
    collectInventory(
      { ...plan, kubernetes: { ...plan.kubernetes, server, clusterName: 'fuzz' } },
      {
        ...{
          env: {},
          homeDirectory: '/nowhere',
          stdin: () => process.stdin,
          signal: new AbortController().signal,
          note: () => {},
          progress: () => {},
        },
        ...{ generator: { name: 'supercargo', version: '0.0.0' }, now: () => new Date(0) },
      },
    ),
  );
}

const emptyPlan: CollectPlan = {
  sources: null,
  docker: { host: null, context: null, direct: false },
  kubernetes: { kubeconfig: null, contexts: [], server: null, clusterName: null, objectsFile: null },
  agents: { namespace: 'supercargo', wait: false },
  node: { procFolder: '/nowhere' },
  config: defaultConfig,
  rootFolders: [],
  selection: { namespaces: [], excludedNamespaces: [], selector: null },
  cache: null,
  concurrency: 4,
  requestTimeout: 10_000,
  timeout: null,
};

/** The answers that an input lists; what is none is left out. */
export function answersIn(value: unknown): Answer[] {
  const isAnswer = (item: unknown): item is Answer => typeof (item as Answer | null)?.request === 'string';
  return Array.isArray(value) ? value.filter(isAnswer) : [];
}
