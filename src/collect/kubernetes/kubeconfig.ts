import type { OutgoingHttpHeaders } from 'node:http';
import { dirname, resolve, sep } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { openInput, readInput } from '../../io/input.ts';

/** Larger than the kubeconfig of a thousand clusters with their certificates. It may be a device, or a pipe without an end. */
const maxKubeconfigBytes = 16 * 1024 * 1024;

/** A user of a kubeconfig, with what client-node does not know of. */
export interface KubeconfigUser extends User {
  /** Beside the name of whom it acts as, which client-node sends. */
  readonly impersonation?: OutgoingHttpHeaders;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a kubeconfig as kubectl does: of `tokenFile`, `as-groups`, `as-uid` and `as-user-extra` client-node knows nothing, and with rights
 * other than kubectl's a run would show another cluster. Of a key that stands twice the last counts, to kubectl too. Throws what the file system or a YAML parser says, and what is no kubeconfig.
 */
export async function readKubeconfig(path: string, signal: AbortSignal): Promise<KubeConfig> {
  const text = (await readInput(await openInput(path, signal), maxKubeconfigBytes, signal)).toString();
  const document: unknown = parse(text, { merge: true, logLevel: 'error', prettyErrors: false, uniqueKeys: false });
  const folder = dirname(resolve(path));
  const users = usersOf(document);
  const known = users.map((entry) => ({ ...entry, user: isFields(entry.user) ? withFiles(entry.user, folder) : entry.user }));
  const config = new KubeConfig();
  // All JSON is YAML: what it says is the same to client-node's own parser.
  config.loadFromString(JSON.stringify(isFields(document) ? { ...document, users: known } : document));
  config.makePathsAbsolute(folder);
  config.users = config.getUsers().map((user, at): KubeconfigUser => ({ ...user, impersonation: impersonationOf(users[at]?.user) }));
  return config;
}

function usersOf(document: unknown): readonly Fields[] {
  return isFields(document) && Array.isArray(document.users) ? document.users : [];
}

/** Its token file in the words of client-node, and the place of its plug-in: both are looked for from the folder of the kubeconfig. */
function withFiles(user: Fields, folder: string): Fields {
  return { ...user, ...execOf(user, folder), ...tokenFileOf(user, folder) };
}

/** The name of a program alone is one of the search path. */
function execOf({ exec }: Fields, folder: string): Fields {
  if (!isFields(exec) || typeof exec.command !== 'string' || !exec.command.includes(sep)) return {};
  return { exec: { ...exec, command: resolve(folder, exec.command) } };
}

/** A token in a file goes before one that is written down, and before a plug-in, to kubectl too. */
function tokenFileOf({ tokenFile }: Fields, folder: string): Fields {
  if (tokenFile === undefined || tokenFile === null || tokenFile === '') return {};
  const config = { tokenFile: resolve(folder, textOf(tokenFile)) };
  return { token: undefined, exec: undefined, 'auth-provider': { name: 'tokenFile', config } };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationOf(user: unknown): OutgoingHttpHeaders {
  if (!isFields(user)) return {};
  const { 'as-uid': uid, 'as-groups': groups, 'as-user-extra': extra } = user;
  return {
    ...(uid ? { 'Impersonate-Uid': textOf(uid) } : {}),
    ...(groups ? { 'Impersonate-Group': textsOf(groups) } : {}),
    ...(isFields(extra)
      ? Object.fromEntries(Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${inHeader(key)}`, textsOf(values)]))
      : {}),
  };
}

/** As the API server takes it apart again: what the name of a header cannot have is percent-encoded. */
const inHeader = (key: string) => encodeURIComponent(key).replace(/[()]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value.map(textOf);
}
