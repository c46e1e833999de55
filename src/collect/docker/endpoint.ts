import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import type { UserEnvironment } from '../user-environment.ts';
import { currentContext, readContext } from './context.ts';
import { type DockerHost, joinHostPort, parseDockerHost } from './host.ts';
import { byEnvironment, byFlag, type ChoiceOrigin } from './origin.ts';
import { type TlsMaterial, tlsFromEnvironment, tlsVariable } from './tls.ts';

interface Chosen {
  /** For people: `unix:///var/run/docker.sock`. Never contains credentials. */
  readonly name: string;
  /** For people: `--docker-host`, `DOCKER_HOST`, `context prod`, `default socket`. */
  readonly chosenBy: string;
}

/** A Unix socket, or a named pipe on Windows. */
export interface UnixEndpoint extends Chosen {
  readonly kind: 'unix';
  readonly socketPath: string;
}

export interface TcpEndpoint extends Chosen {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Goes before every path: '' or '/prefix'. */
  readonly pathPrefix: string;
  /** null means plain HTTP. */
  readonly tls: TlsMaterial | null;
}

export interface SshEndpoint extends Chosen {
  readonly kind: 'ssh';
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  /** Path of the engine's socket on the other machine, or null for the default there. */
  readonly socketPath: string | null;
}

export type DockerEndpoint = UnixEndpoint | TcpEndpoint | SshEndpoint;

/** What flags asked for; null means "not given". */
export interface EndpointChoice {
  readonly host: string | null;
  readonly context: string | null;
}

export interface EndpointEnvironment extends UserEnvironment {
  /** Whether a default socket exists; if not given, the file system is checked. */
  readonly isSocket?: (path: string) => Promise<boolean>;
}

/**
 * Finds the engine that the docker CLI would use. After its default socket, those of Docker Desktop, rootless Docker and Podman are tried.
 * Null when nothing is chosen and no default socket exists. Reads files but connects to nothing. A wrong flag throws a UsageError; a wrong
 * environment (variables, contexts, certificates) throws a CollectError.
 */
export async function resolveDockerEndpoint(choice: EndpointChoice, environment: EndpointEnvironment): Promise<DockerEndpoint | null> {
  if (choice.host !== null && choice.context !== null) {
    throw new UsageError('--docker-host and --docker-context both choose a Docker engine. Give only one of them.');
  }
  if (choice.host !== null) return fromHost(choice.host, byFlag('--docker-host'), environment);
  const context = await chooseContext(choice, environment);
  if (context !== null) return fromContext(context.name, context.origin, environment);
  const host = environment.env.DOCKER_HOST;
  if (host) return fromHost(host, byEnvironment('DOCKER_HOST'), environment);
  return fromDefaults(environment);
}

interface ContextChoice {
  readonly name: string;
  readonly origin: ChoiceOrigin;
}

/** `default` is not a context, and ends the search for one: DOCKER_HOST counts again, or the default socket. */
async function chooseContext(choice: EndpointChoice, environment: EndpointEnvironment): Promise<ContextChoice | null> {
  if (choice.context !== null) return contextChoice(choice.context, byFlag);
  if (environment.env.DOCKER_HOST) return null;
  const name = environment.env.DOCKER_CONTEXT || (await currentContext(configFolder(environment)));
  return name === null ? null : contextChoice(name, byEnvironment);
}

function contextChoice(name: string, origin: (chosenBy: string) => ChoiceOrigin): ContextChoice | null {
  return name === 'default' ? null : { name, origin: origin(`context ${name}`) };
}

function configFolder({ env, homeDirectory }: EndpointEnvironment): string {
  return env.DOCKER_CONFIG || join(homeDirectory, '.docker');
}

async function fromHost(text: string, origin: ChoiceOrigin, environment: EndpointEnvironment): Promise<DockerEndpoint> {
  const host = parseDockerHost(text, origin);
  // As in the docker CLI, the TLS files are for TCP only: with a socket, they need not exist.
  const tls = host.kind === 'tcp' ? await tlsFromEnvironment(environment.env, configFolder(environment)) : null;
  return endpoint(host, tls, origin);
}

async function fromContext(name: string, origin: ChoiceOrigin, environment: EndpointEnvironment): Promise<DockerEndpoint> {
  const context = await readContext(configFolder(environment), name, origin);
  return endpoint(parseDockerHost(context.host, origin), context.tls, origin);
}

async function fromDefaults(environment: EndpointEnvironment): Promise<DockerEndpoint | null> {
  // Odd, but the docker CLI's rule: if TLS is requested without a host, it connects to this machine's TLS port.
  const variable = tlsVariable(environment.env);
  if (variable !== null) return fromHost('tcp://localhost', byEnvironment(variable), environment);
  const isSocket = environment.isSocket ?? isSocketFile;
  for (const socketPath of defaultSockets(environment)) {
    if (await isSocket(socketPath)) return { kind: 'unix', socketPath, name: `unix://${socketPath}`, chosenBy: 'default socket' };
  }
  return null;
}

/** Where engines listen by default: Docker, Docker Desktop, rootless Docker, then Podman, rootless and not. */
function defaultSockets({ env, homeDirectory }: EndpointEnvironment): readonly string[] {
  const runtimeFolder = env.XDG_RUNTIME_DIR || null;
  return [
    '/var/run/docker.sock',
    join(homeDirectory, '.docker', 'run', 'docker.sock'),
    ...(runtimeFolder === null ? [] : [join(runtimeFolder, 'docker.sock'), join(runtimeFolder, 'podman', 'podman.sock')]),
    '/run/podman/podman.sock',
  ];
}

/** Docker creates a folder when it mounts a socket that does not exist: such a folder is not a socket. */
async function isSocketFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

function endpoint(host: DockerHost, tls: TlsMaterial | null, { chosenBy }: ChoiceOrigin): DockerEndpoint {
  if (host.kind !== 'tcp') return { ...host, chosenBy };
  const material = tls ?? (host.scheme === 'https' ? { ca: null, cert: null, key: null, verify: true } : null);
  const port = host.port ?? defaultPort(host.scheme, material !== null);
  const name = `${host.scheme}://${joinHostPort(host.host, port)}${host.pathPrefix}`;
  return { kind: 'tcp', host: host.host, port, pathPrefix: host.pathPrefix, tls: material, name, chosenBy };
}

function defaultPort(scheme: 'tcp' | 'http' | 'https', secure: boolean): number {
  if (scheme === 'tcp') return secure ? 2376 : 2375;
  return scheme === 'https' ? 443 : 80;
}
