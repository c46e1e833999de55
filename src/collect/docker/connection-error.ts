import { CollectError } from '../../model/errors.ts';

/** What an errno of a connection means, and what to do. */
const reasons: Readonly<Record<string, readonly [reason: string, wayOut: string]>> = {
  ENOENT: ['there is no such socket', 'Start Docker, or set --docker-host.'],
  ENOTSOCK: ['that is not a socket', 'Set --docker-host.'],
  ECONNREFUSED: ['nothing listens there', 'Start Docker, or set --docker-host.'],
  EACCES: ['permission denied', 'Add yourself to the docker group, or set --docker-host.'],
  EPERM: ['permission denied', 'Add yourself to the docker group, or set --docker-host.'],
  ENOTFOUND: ['there is no machine of that name', 'Set --docker-host.'],
  EAI_AGAIN: ['the name of the machine cannot be looked up now', 'Try again, or set --docker-host.'],
  ETIMEDOUT: ['the machine does not answer', 'See whether it is up and its port is open, or set --docker-host.'],
  EHOSTUNREACH: ['no way leads to the machine', 'See whether it is up, or set --docker-host.'],
  ENETUNREACH: ['no way leads to its network', 'See whether the network is up, or set --docker-host.'],
  ECONNRESET: ['the connection was closed before the answer was complete', 'See the log of the engine.'],
  EPIPE: ['the connection was closed before the answer was complete', 'See the log of the engine.'],
};

/** Codes from OpenSSL, or from Node for certificates. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|EPROTO|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/;
const TLS_WAY_OUT = 'Check DOCKER_CERT_PATH, or the files of the Docker context, and whether the engine speaks TLS there.';

/**
 * Turns a connection error into a CollectError with words for the user. An error that is one already, has no code, or shows wrong use of
 * Node is returned as it is: the environment is not to blame.
 */
export function connectionError(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CollectError || error instanceof TypeError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return error;
  const [reason, wayOut] = reasons[code] ?? otherReason(code, message);
  return new CollectError(`Cannot reach Docker at ${name}: ${reason}. ${wayOut}`, { cause: error });
}

function otherReason(code: string, message: string): readonly [reason: string, wayOut: string] {
  if (TLS_CODE.test(code)) return [`TLS fails (${message})`, TLS_WAY_OUT];
  if (code.startsWith('HPE_'))
    return ['what answers there does not speak HTTP', 'Is TLS missing (DOCKER_TLS_VERIFY), or the port another?'];
  return [message, 'Set --docker-host to choose another engine.'];
}
