import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TcpEndpoint, UnixEndpoint } from '../../../src/collect/docker/endpoint.ts';

/** A folder that goes when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supercargo-docker-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Engine<Endpoint> {
  readonly endpoint: Endpoint;
  readonly server: Server;
  /** Every connection that was made, also those that have ended. */
  readonly connections: readonly Socket[];
}

/** A server that stands for an engine, on a Unix socket. */
export async function engineOnSocket(answer: RequestListener): Promise<Engine<UnixEndpoint>> {
  const socketPath = join(await temporaryFolder(), 'docker.sock');
  const { server, connections } = await listen(createServer(answer), socketPath);
  return { server, connections, endpoint: { kind: 'unix', socketPath, name: `unix://${socketPath}`, chosenBy: 'test' } };
}

/** The same on the loopback interface, with TLS when it is given a certificate. */
export async function engineOnTcp(
  answer: RequestListener,
  tls: { readonly server: object; readonly client: TcpEndpoint['tls'] } | null = null,
): Promise<Engine<TcpEndpoint>> {
  const { server, connections } = await listen(tls === null ? createServer(answer) : createTlsServer(tls.server, answer), {
    host: '127.0.0.1',
    port: 0,
  });
  const { port } = server.address() as AddressInfo;
  const name = `tcp://127.0.0.1:${port}`;
  return {
    server,
    connections,
    endpoint: { kind: 'tcp', host: '127.0.0.1', port, pathPrefix: '', tls: tls?.client ?? null, name, chosenBy: 'test' },
  };
}

async function listen(server: Server, where: string | object): Promise<{ server: Server; connections: Socket[] }> {
  const connections: Socket[] = [];
  server.on('connection', (socket: Socket) => connections.push(socket));
  await new Promise<void>((listening) => server.listen(where, listening));
  onTestFinished(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return { server, connections };
}
