import type { ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { CollectError } from '../../model/errors.ts';

/** Puts into a request what a kubeconfig says of its user and its TLS. */
export async function authenticate(config: KubeConfig, options: RequestOptions): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  } catch (error) {
    const plugIn = plugInOf(config);
    if (plugIn === null || isOfTheSystem(error) || isAuthenticated(options)) throw error;
    // What a plug-in wrote may be a token, or have one in it: nothing of it is repeated.
    throw new CollectError(`the credentials plug-in of the kubeconfig (${plugIn}) fails; what it says kubectl tells`, { cause: error });
  }
}

/** What in a kubeconfig gets credentials from elsewhere, for people: a program by its name, or a provider. */
function plugInOf(config: KubeConfig): string | null {
  const { exec, authProvider } = config.getCurrentUser() ?? {};
  return exec?.command ?? authProvider?.name ?? null;
}

/** It says which program or file is not there, and nothing else. */
const isOfTheSystem = (error: unknown) => typeof (error as NodeJS.ErrnoException).syscall === 'string';

const isAuthenticated = ({ headers, cert }: RequestOptions) => cert !== undefined || (headers !== undefined && 'Authorization' in headers);

/** What of a request is for its server alone, in the forms in which that may repeat it. */
export function secretsOf(request: ClientRequest): string[] {
  const header = String(request.getHeader('Authorization') ?? '');
  const value = header.replace(/^\S+\s+/, '');
  const userAndPassword = /^basic\s/i.test(header) ? Buffer.from(value, 'base64').toString() : '';
  const secrets = [value, userAndPassword, userAndPassword.replace(/^[^:]*:/, '')].filter((secret) => secret !== '');
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
}
