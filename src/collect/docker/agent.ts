import { Agent, type AgentOptions } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { DockerEndpoint, TcpEndpoint, UnixEndpoint } from './endpoint.ts';

/** Connections to one engine at a time. More do not make an engine faster: it reads archives from one disk. */
export const MAX_CONNECTIONS = 8;

/**
 * The agent that makes and keeps the connections to an engine. It connects to that engine and nowhere else, whatever a request says.
 * What ssh and TLS take is loaded where one of them is the way.
 */
export async function createDockerAgent(endpoint: DockerEndpoint): Promise<Agent> {
  if (endpoint.kind === 'ssh') return (await import('./ssh-agent.ts')).createSshAgent(endpoint);
  const connection = await connectionTo(endpoint);
  // Without a name of its own Node would make one of every Host header, for TLS: that is named below, where it is used.
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MAX_CONNECTIONS,
    maxFreeSockets: MAX_CONNECTIONS,
    servername: '',
  } as AgentOptions);
  return Object.assign(agent, { createConnection: connection });
}

async function connectionTo(endpoint: UnixEndpoint | TcpEndpoint): Promise<() => Socket> {
  if (endpoint.kind === 'unix') return () => connect({ path: endpoint.socketPath });
  const { host, port, tls } = endpoint;
  if (tls === null) return () => connect({ host, port, noDelay: true });
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
