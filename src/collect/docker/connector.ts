import { Agent, type AgentOptions } from 'node:http';
import { connect as connectTo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DockerEndpoint, TcpEndpoint, UnixEndpoint } from './endpoint.ts';

/** Connects to one engine and to nowhere else, whatever a request says. */
export interface Connector {
  readonly connect: () => Duplex;
  /** How many connections there may be at a time for answers with a body… */
  readonly maxConnections: number;
  /** …and how many more for heads only. */
  readonly maxPipelines: number;
}

/** More do not make an engine faster: it reads archives from one disk. */
export const MAX_CONNECTIONS = 8;

/** An engine handles the requests of one connection one after another: as many connections as it may have cores. */
export const MAX_PIPELINES = 8;

/** The code for ssh and TLS is loaded only when it is used. */
export async function connectorTo(endpoint: DockerEndpoint): Promise<Connector> {
  if (endpoint.kind === 'ssh') return (await import('./ssh-connection.ts')).sshConnectorTo(endpoint);
  return { connect: await connectionTo(endpoint), maxConnections: MAX_CONNECTIONS, maxPipelines: MAX_PIPELINES };
}

/** The agent that keeps connections alive between requests of node:http. */
export function agentOver({ connect, maxConnections }: Connector): Agent {
  // Otherwise Node would take a server name for TLS from each Host header. The name is set below, where it is used.
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
      // An address is not a server name (RFC 6066, 3); the certificate is then checked against the address.
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: tls.verify,
      ...(tls.ca === null ? {} : { ca: tls.ca }),
      ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key }),
    });
}
