import type { ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { CollectError } from '../../model/errors.ts';
import { inOneLine } from '../../text/one-line.ts';
import type { KubeconfigUser } from './kubeconfig.ts';

/** Of what a kubeconfig says on how to install its plug-in. */
const maxHintCharacters = 500;

/** What a kubeconfig names for credentials is not there: the cluster was not asked. */
export class MissingCredentials extends CollectError {}

/** Puts into a request what a kubeconfig says of its user and its TLS. */
export async function authenticate(config: KubeConfig, options: RequestOptions): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  } catch (error) {
    const plugIn = plugInOf(config);
    if (isOfTheSystem(error)) throw missing(error, config);
    if (plugIn === null || isAuthenticated(options)) throw error;
    // What a plug-in wrote may be a token, or have one in it: nothing of it is repeated.
    throw new CollectError(`the credentials plug-in of the kubeconfig (${plugIn}) fails; what it says kubectl tells`, { cause: error });
  }
  const user: KubeconfigUser = config.getCurrentUser() ?? { name: '' };
  const headers = { ...options.headers, ...user.impersonation } as Record<string, string>;
  // A file ends with a line break, and no header may have one.
  if (user.authProvider?.config?.tokenFile) headers.Authorization = trimmedToken(headers.Authorization);
  options.headers = headers;
}

function trimmedToken(authorization = ''): string {
  const trimmed = authorization.trim();
  // Without it a cluster may answer all the same, and show to nobody in particular less than there is.
  if (/^(?:Bearer)?$/.test(trimmed)) throw new MissingCredentials('The file that the kubeconfig names for the token is empty.');
  return trimmed;
}

/** The name of what is not there, and what the system says; of a plug-in also how the kubeconfig says that it is installed. */
function missing(error: NodeJS.ErrnoException, config: KubeConfig): CollectError {
  const { exec } = config.getCurrentUser() ?? {};
  const { code, syscall = '', message } = error;
  if (!exec || !syscall.startsWith('spawn'))
    return new MissingCredentials(`Cannot read the credentials that the kubeconfig names: ${message}.`, { cause: error });
  const what = code === 'ENOENT' ? 'is not there' : `cannot be started (${code})`;
  const hint = typeof exec.installHint === 'string' ? ` ${inOneLine(exec.installHint, maxHintCharacters)}` : '';
  return new MissingCredentials(`The credentials plug-in of the kubeconfig, ${exec.command}, ${what}.${hint}`, { cause: error });
}

/** What in a kubeconfig gets credentials from elsewhere, for people: a program by its name, or a provider. */
function plugInOf(config: KubeConfig): string | null {
  const { exec, authProvider } = config.getCurrentUser() ?? {};
  return exec?.command ?? authProvider?.name ?? null;
}

/** It says which program or file is not there, and nothing else. */
const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException => typeof (error as NodeJS.ErrnoException).syscall === 'string';

const isAuthenticated = ({ headers, cert }: RequestOptions) => cert !== undefined || (headers !== undefined && 'Authorization' in headers);

/** What of a request is for its server alone, in the forms in which that may repeat it. */
export function secretsOf(request: ClientRequest): string[] {
  const header = String(request.getHeader('Authorization') ?? '');
  const value = header.replace(/^\S+\s+/, '');
  const userAndPassword = /^basic\s/i.test(header) ? Buffer.from(value, 'base64').toString() : '';
  const secrets = [value, userAndPassword, userAndPassword.replace(/^[^:]*:/, '')].filter((secret) => secret !== '');
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
}
