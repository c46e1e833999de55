import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import { currentContext, readContext } from './context.ts';
import { type DockerHost, joinHostPort, parseDockerHost } from './host.ts';
import { byFlag, bySurroundings, type ChoiceOrigin } from './origin.ts';
import { type TlsMaterial, tlsFromEnvironment, tlsVariable } from './tls.ts';

interface Chosen {
  /** For people: `unix:///var/run/docker.sock`. Never has credentials in it. */
  readonly name: string;
  /** For people: `--docker-host`, `DOCKER_HOST`, `context prod`, `default socket`. */
  readonly chosenBy: string;
}

/** A Unix socket, or a named pipe of Windows. */
export interface UnixEndpoint extends Chosen {
  readonly kind: 'unix';
  readonly socketPath: string;
}

export interface TcpEndpoint extends Chosen {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Stands before every path: '' or '/prefix'. */
  readonly pathPrefix: string;
  /** null is plain HTTP. */
  readonly tls: TlsMaterial | null;
}

export interface SshEndpoint extends Chosen {
  readonly kind: 'ssh';
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  /** Path of the engine's socket on the other machine, or null for that machine's default. */
  readonly socketPath: string | null;
}

export type DockerEndpoint = UnixEndpoint | TcpEndpoint | SshEndpoint;

/** What was asked for by flags; null is "not given". */
export interface EndpointChoice {
  readonly host: string | null;
  readonly context: string | null;
}

export interface EndpointSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Whether a default socket is there; looks at the file system where none is given. */
  readonly isSocket?: (path: string) => Promise<boolean>;
}

/**
 * Finds the engine that the docker CLI would use, and after its default socket those of Docker Desktop, rootless Docker and Podman.
 * null when nothing is chosen and no default socket is there. It reads files but connects to nothing.
 * A wrong flag throws a UsageError, wrong surroundings (variables, contexts, certificates) a CollectError.
 */
export async function resolveDockerEndpoint(choice: EndpointChoice, surroundings: EndpointSurroundings): Promise<DockerEndpoint | null> {
  if (choice.host !== null && choice.context !== null) {
    throw new UsageError('--docker-host and --docker-context both choose a Docker engine. Give only one of them.');
  }
  if (choice.host !== null) return fromHost(choice.host, byFlag('--docker-host'), surroundings);
  const context = await chooseContext(choice, surroundings);
  if (context !== null) return fromContext(context.name, context.origin, surroundings);
  const host = surroundings.env.DOCKER_HOST;
  if (host) return fromHost(host, bySurroundings('DOCKER_HOST'), surroundings);
  return fromDefaults(surroundings);
}

interface ContextChoice {
  readonly name: string;
  readonly origin: ChoiceOrigin;
}

/** `default` is no context, and stops the looking for one: DOCKER_HOST counts again, or the default socket. */
async function chooseContext(choice: EndpointChoice, surroundings: EndpointSurroundings): Promise<ContextChoice | null> {
  if (choice.context !== null) return contextChoice(choice.context, byFlag);
  if (surroundings.env.DOCKER_HOST) return null;
  const name = surroundings.env.DOCKER_CONTEXT || (await currentContext(configFolder(surroundings)));
  return name === null ? null : contextChoice(name, bySurroundings);
}

function contextChoice(name: string, origin: (chosenBy: string) => ChoiceOrigin): ContextChoice | null {
  return name === 'default' ? null : { name, origin: origin(`context ${name}`) };
}

function configFolder({ env, homeDirectory }: EndpointSurroundings): string {
  return env.DOCKER_CONFIG || join(homeDirectory, '.docker');
}

async function fromHost(text: string, origin: ChoiceOrigin, surroundings: EndpointSurroundings): Promise<DockerEndpoint> {
  const host = parseDockerHost(text, origin);
  // As in the docker CLI the TLS files are for TCP alone: for a socket they need not be there.
  const tls = host.kind === 'tcp' ? await tlsFromEnvironment(surroundings.env, configFolder(surroundings)) : null;
  return endpoint(host, tls, origin);
}

async function fromContext(name: string, origin: ChoiceOrigin, surroundings: EndpointSurroundings): Promise<DockerEndpoint> {
  const context = await readContext(configFolder(surroundings), name, origin);
  return endpoint(parseDockerHost(context.host, origin), context.tls, origin);
}

async function fromDefaults(surroundings: EndpointSurroundings): Promise<DockerEndpoint | null> {
  // Odd, but the docker CLI's rule: asked for TLS and not for a host, it goes to this machine's TLS port.
  const variable = tlsVariable(surroundings.env);
  if (variable !== null) return fromHost('tcp://localhost', bySurroundings(variable), surroundings);
  const isSocket = surroundings.isSocket ?? isSocketFile;
  for (const socketPath of defaultSockets(surroundings)) {
    if (await isSocket(socketPath)) return { kind: 'unix', socketPath, name: `unix://${socketPath}`, chosenBy: 'default socket' };
  }
  return null;
}

/** Where an engine listens when nobody says otherwise: Docker, Docker Desktop, rootless Docker, then Podman, rootless and not. */
function defaultSockets({ env, homeDirectory }: EndpointSurroundings): readonly string[] {
  const runtimeFolder = env.XDG_RUNTIME_DIR || null;
  return [
    '/var/run/docker.sock',
    join(homeDirectory, '.docker', 'run', 'docker.sock'),
    ...(runtimeFolder === null ? [] : [join(runtimeFolder, 'docker.sock'), join(runtimeFolder, 'podman', 'podman.sock')]),
    '/run/podman/podman.sock',
  ];
}

/** A folder in the socket's place, as Docker makes when it mounts a socket that is not there, is none. */
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
