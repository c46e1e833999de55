import { Agent, type AgentOptions } from 'node:http';
import { connect as connectTo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DockerEndpoint, TcpEndpoint, UnixEndpoint } from './endpoint.ts';

/** Makes connections to one engine and to nowhere else, whatever a request says. */
export interface Connector {
  readonly connect: () => Duplex;
  /** How many there may be at a time for answers with a body… */
  readonly maxConnections: number;
  /** …and how many more for heads alone. */
  readonly maxPipelines: number;
}

/** More do not make an engine faster: it reads archives from one disk. */
export const MAX_CONNECTIONS = 8;

/** An engine answers the questions of one connection one after the other: as many as it may have cores for them. */
export const MAX_PIPELINES = 8;

/** What ssh and TLS take is loaded where one of them is the way. */
export async function connectorTo(endpoint: DockerEndpoint): Promise<Connector> {
  if (endpoint.kind === 'ssh') return (await import('./ssh-connection.ts')).sshConnectorTo(endpoint);
  return { connect: await connectionTo(endpoint), maxConnections: MAX_CONNECTIONS, maxPipelines: MAX_PIPELINES };
}

/** The agent that keeps connections from one request of node:http to the next. */
export function agentOver({ connect, maxConnections }: Connector): Agent {
  // Without a name of its own Node would make one of every Host header, for TLS: that is named below, where it is used.
  const options = { keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections, servername: '' };
  return Object.assign(new Agent(options as AgentOptions), { createConnection: () => connect() });
}

async function connectionTo(endpoint: UnixEndpoint | TcpEndpoint): Promise<() => Duplex> {
  if (endpoint.kind === 'unix') return () => connectTo({ path: endpoint.socketPath });
  const { host, port, tls } = endpoint;
  if (tls === null) return () => connectTo({ host, port, noDelay: true });
  const { connect: connectTls } = await import('node:tls');
  return () =>
    connectTls({
      host,
      port,
      // An address is no server name (RFC 6066, 3); the certificate is then checked against the address.
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: tls.verify,
      ...(tls.ca === null ? {} : { ca: tls.ca }),
      ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key }),
    });
}
