import type { ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { CollectError } from '../../model/errors.ts';
import { inOneLine } from '../../text/one-line.ts';
import type { KubeconfigUser } from './kubeconfig.ts';

/** For a kubeconfig's hint on how to install its plug-in. */
const maxHintCharacters = 500;

/** The credentials that a kubeconfig names are missing: the cluster was not asked. */
export class MissingCredentials extends CollectError {}

/** Adds what a kubeconfig says about its user and its TLS to a request. */
export async function authenticate(config: KubeConfig, options: RequestOptions): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  } catch (error) {
    const plugIn = plugInOf(config);
    if (isOfTheSystem(error)) throw missing(error, config);
    if (plugIn === null || isAuthenticated(options)) throw error;
    // The output of a plug-in may be or contain a token: none of it is repeated.
    throw new CollectError(`the credentials plug-in of the kubeconfig (${plugIn}) fails; what it says kubectl tells`, { cause: error });
  }
  const user: KubeconfigUser = config.getCurrentUser() ?? { name: '' };
  const headers = { ...options.headers, ...user.impersonation } as Record<string, string>;
  // A file ends with a line break, which a header must not contain.
  if (user.authProvider?.config?.tokenFile) headers.Authorization = trimmedToken(headers.Authorization);
  options.headers = headers;
}

function trimmedToken(authorization = ''): string {
  const trimmed = authorization.trim();
  // Without a token a cluster might still answer, and show an anonymous user only part of what there is.
  if (/^(?:Bearer)?$/.test(trimmed)) throw new MissingCredentials('The file that the kubeconfig names for the token is empty.');
  return trimmed;
}

/** The name of what is missing, and the system's message; for a plug-in also the kubeconfig's hint on how to install it. */
function missing(error: NodeJS.ErrnoException, config: KubeConfig): CollectError {
  const { exec } = config.getCurrentUser() ?? {};
  const { code, syscall = '', message } = error;
  if (!exec || !syscall.startsWith('spawn'))
    return new MissingCredentials(`Cannot read the credentials that the kubeconfig names: ${message}.`, { cause: error });
  const what = code === 'ENOENT' ? 'is not there' : `cannot be started (${code})`;
  const hint = typeof exec.installHint === 'string' ? ` ${inOneLine(exec.installHint, maxHintCharacters)}` : '';
  return new MissingCredentials(`The credentials plug-in of the kubeconfig, ${exec.command}, ${what}.${hint}`, { cause: error });
}

/** Where a kubeconfig gets credentials from elsewhere, for people: the name of a program or a provider. */
function plugInOf(config: KubeConfig): string | null {
  const { exec, authProvider } = config.getCurrentUser() ?? {};
  return exec?.command ?? authProvider?.name ?? null;
}

/** Such an error names the missing program or file, and nothing else. */
const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException => typeof (error as NodeJS.ErrnoException).syscall === 'string';

const isAuthenticated = ({ headers, cert }: RequestOptions) => cert !== undefined || (headers !== undefined && 'Authorization' in headers);

/** What in a request is for its server only, in the forms in which the server may repeat it. */
export function secretsOf(request: ClientRequest): string[] {
  const header = String(request.getHeader('Authorization') ?? '');
  const value = header.replace(/^\S+\s+/, '');
  const userAndPassword = /^basic\s/i.test(header) ? Buffer.from(value, 'base64').toString() : '';
  const secrets = [value, userAndPassword, userAndPassword.replace(/^[^:]*:/, '')].filter((secret) => secret !== '');
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
}
