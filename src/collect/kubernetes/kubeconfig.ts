import type { OutgoingHttpHeaders } from 'node:http';
import { dirname, resolve, sep } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { openInput, readInput } from '../../io/input.ts';

/** More than the kubeconfig of a thousand clusters with their certificates. The file may be a device, or an endless pipe. */
const maxKubeconfigBytes = 16 * 1024 * 1024;

/** A kubeconfig user, with what client-node does not know. */
export interface KubeconfigUser extends User {
  /** Besides the name of the impersonated user, which client-node sends. */
  readonly impersonation?: OutgoingHttpHeaders;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a kubeconfig as kubectl does. client-node does not know `tokenFile`, `as-groups`, `as-uid` and `as-user-extra`, and with other
 * rights than kubectl's, a run would show another cluster. If a key is repeated, the last counts, as in kubectl. Throws errors of the file
 * system or the YAML parser, and errors for what is not a kubeconfig.
 */
export async function readKubeconfig(path: string, signal: AbortSignal): Promise<KubeConfig> {
  const text = (await readInput(await openInput(path, signal), maxKubeconfigBytes, signal)).toString();
  const document: unknown = parse(text, { merge: true, logLevel: 'error', prettyErrors: false, uniqueKeys: false });
  const folder = dirname(resolve(path));
  const users = usersOf(document);
  const known = users.map((entry) => ({ ...entry, user: isFields(entry.user) ? withFiles(entry.user, folder) : entry.user }));
  const config = new KubeConfig();
  // All JSON is YAML, so client-node's own parser reads the same from it.
  config.loadFromString(JSON.stringify(isFields(document) ? { ...document, users: known } : document));
  config.makePathsAbsolute(folder);
  config.users = config.getUsers().map((user, at): KubeconfigUser => ({ ...user, impersonation: impersonationOf(users[at]?.user) }));
  return config;
}

function usersOf(document: unknown): readonly Fields[] {
  return isFields(document) && Array.isArray(document.users) ? document.users : [];
}

/** Its token file in client-node's terms, and the path of its plug-in. Both are relative to the folder of the kubeconfig. */
function withFiles(user: Fields, folder: string): Fields {
  return { ...user, ...execOf(user, folder), ...tokenFileOf(user, folder) };
}

/** A bare program name is looked up in the search path. */
function execOf({ exec }: Fields, folder: string): Fields {
  if (!isFields(exec) || typeof exec.command !== 'string' || !exec.command.includes(sep)) return {};
  return { exec: { ...exec, command: resolve(folder, exec.command) } };
}

/** As in kubectl, a token in a file takes precedence over an inline token and over a plug-in. */
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

/** In the form that the API server decodes: characters that a header name cannot contain are percent-encoded. */
const inHeader = (key: string) => encodeURIComponent(key).replace(/[()]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value.map(textOf);
}
