import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fleet from '../../fixtures/demo/fleet.json' with { type: 'json' };

/** A recorded answer of Docker or an API server: fixtures/demo/ORIGIN.md. */
interface Recorded {
  /** Method and path with its query. */
  readonly request: string;
  /** The header X-Docker-Container-Path-Stat. */
  readonly stat?: string;
  readonly json?: unknown;
  /** A tar archive, in base64. */
  readonly archive?: string;
}

/** The recorded fleet, served on loopback: clients cannot tell it from a Docker Engine and an API server. */
export interface RecordedFleet {
  readonly dockerHost: string;
  readonly kubernetesServer: string;
  readonly close: () => void;
}

export async function serveRecordedFleet(): Promise<RecordedFleet> {
  const [docker, kubernetes] = await Promise.all([serve(fleet.docker as Recorded[]), serve(fleet.kubernetes as Recorded[])]);
  return {
    dockerHost: `tcp://${addressOf(docker)}`,
    kubernetesServer: `http://${addressOf(kubernetes)}`,
    close: () => {
      for (const server of [docker, kubernetes]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

async function serve(recorded: readonly Recorded[]): Promise<Server> {
  const answers = new Map(recorded.map((answer) => [answer.request, answer]));
  const server = createServer((request, response) => replay(answers, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** What was not recorded did not exist. */
function replay(answers: ReadonlyMap<string, Recorded>, { method, url }: IncomingMessage, response: ServerResponse): void {
  const answer = answers.get(`${method} ${url}`);
  if (answer === undefined) {
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"not in the recorded fleet"}');
    return;
  }
  const type = answer.json === undefined ? 'application/x-tar' : 'application/json';
  response.writeHead(200, { 'Content-Type': type, ...(answer.stat && { 'X-Docker-Container-Path-Stat': answer.stat }) });
  response.end(answer.json === undefined ? Buffer.from(answer.archive ?? '', 'base64') : JSON.stringify(answer.json));
}

function addressOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
