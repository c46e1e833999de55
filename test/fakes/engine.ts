import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { posix } from 'node:path';
import { pack } from 'tar-stream';
import { beyond, dockerRights, type Rights } from '../rights.ts';

/** A container of the engine: its files by path, as text, or as bytes where they are none. */
export interface FakeContainer<Content extends string | Uint8Array = string> {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, Content>>;
  /** When its files were changed last. */
  readonly modified?: string;
  /** What its image is named, and its id is made of; its own name when left out. */
  readonly image?: string;
  readonly imageLabels?: Readonly<Record<string, string>>;
  /** When it was made, as far as the engine tells. */
  readonly created?: string;
  /** Paths that changed since. */
  readonly changes?: readonly string[];
  /** Bytes in the layer of its own. */
  readonly ownBytes?: number;
  /** Where volumes are mounted in it. */
  readonly mounts?: readonly string[];
  /** Of its first process; 0, as of an engine that does not say, where none is given. */
  readonly pid?: number;
}

type AnyContainer = FakeContainer<string | Uint8Array>;

/** Answers a request in place of the fake, when it returns true. */
export type Override = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeServer {
  readonly address: string;
  /** Every request, as `GET /path?query`. */
  readonly requests: string[];
  /** Throws where it was asked what supercargo may not ask. */
  readonly close: () => void;
}

export const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0');

/** Serves on loopback, or on a socket, what answers. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  socketPath: string | null = null,
  rights: Rights = { all: /^/ },
): Promise<FakeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  if (socketPath === null) server.listen(0, '127.0.0.1');
  else server.listen(socketPath);
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
    const wrong = beyond(rights, requests);
    if (wrong.length > 0) throw new Error(`No right allows:\n${wrong.join('\n')}`);
  };
  return { address: socketPath ?? `127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

export function sendJson(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** A Docker Engine that has these containers, and answers nothing but what supercargo may ask. */
export function fakeEngine(
  containers: readonly AnyContainer[],
  override: Override = () => false,
  socketPath: string | null = null,
): Promise<FakeServer> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (override(request, response)) return;
    const url = new URL(request.url as string, 'http://engine');
    if (url.pathname === '/version') return sendJson(response, { Version: '99.0' });
    if (url.pathname === '/containers/json') return sendJson(response, containers.map(listed));
    if (url.pathname === '/info') return sendJson(response, { Driver: 'overlay2', DriverStatus: [['Native Overlay Diff', 'true']] });
    if (url.pathname.startsWith('/images/')) {
      const id = decodeURIComponent(url.pathname.split('/')[2] as string);
      const made = containers.find((container) => imageIdOf(container) === id);
      return sendJson(response, { Id: id, RepoTags: ['fake:1'], RepoDigests: [], Config: { Labels: made?.imageLabels ?? null } });
    }
    const container = containers.find(({ name }) => url.pathname.startsWith(`/containers/${idOf(name)}/`));
    if (container && url.pathname.endsWith('/json')) {
      const isSizeAsked = url.searchParams.get('size') === '1';
      return sendJson(response, { ...inspected(container), ...(isSizeAsked && { SizeRw: container.ownBytes ?? 0 }) });
    }
    if (container && url.pathname.endsWith('/changes')) return sendJson(response, changesOf(container));
    const path = url.searchParams.get('path') ?? '';
    if (container && url.pathname.endsWith('/archive')) return sendPath(request, response, container, path);
    return sendJson(response, { message: 'no such thing' }, 404);
  };
  return serve(answer, socketPath, dockerRights);
}

const imageIdOf = ({ name, image = name }: AnyContainer) => `sha256:${idOf(image)}`;

/** Docker gives a container the labels of its image too. */
function listed(container: AnyContainer) {
  const { name, labels = {}, imageLabels = {} } = container;
  const all = { ...imageLabels, ...labels };
  return { Id: idOf(name), Names: [`/${name}`], Image: 'fake:1', ImageID: imageIdOf(container), Labels: all };
}

function inspected({ name, created, pid = 0, mounts = [] }: AnyContainer) {
  const state = { Running: true, StartedAt: '2026-11-23T00:00:00Z', Pid: pid };
  const at = mounts.map((Destination) => ({ Destination }));
  return { Id: idOf(name), ...(created !== undefined && { Created: created }), State: state, Mounts: at };
}

const changesOf = ({ changes }: AnyContainer) => changes?.map((Path) => ({ Path, Kind: 0 })) ?? null;

function sendPath(
  request: IncomingMessage,
  response: ServerResponse,
  { files = {}, modified = '2026-01-01T00:00:00Z' }: AnyContainer,
  path: string,
): void {
  const text = files[path];
  const isFolder = path === '/' || Object.keys(files).some((file) => file.startsWith(`${path}/`));
  if (text === undefined && !isFolder) {
    sendJson(response, { message: 'no such path' }, 404);
    return;
  }
  const stat = {
    name: path,
    size: text === undefined ? 4096 : Buffer.byteLength(text),
    mode: text === undefined ? 2 ** 31 : 0o644,
    mtime: modified,
    linkTarget: '',
  };
  response.writeHead(200, { 'X-Docker-Container-Path-Stat': Buffer.from(JSON.stringify(stat)).toString('base64') });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const archive = pack();
  const folder = posix.basename(path);
  if (text !== undefined) archive.entry({ name: folder }, Buffer.from(text));
  else {
    archive.entry({ name: `${folder}/`, type: 'directory' });
    const below = Object.entries(files).filter(([file]) => file.startsWith(`${path}/`));
    for (const [file, content] of below) archive.entry({ name: posix.join(folder, file.slice(path.length)) }, Buffer.from(content));
  }
  archive.finalize();
  archive.pipe(response);
}
