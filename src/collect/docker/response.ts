import type { IncomingMessage } from 'node:http';
import { readUpTo } from '../../io/read-up-to.ts';
import { inOneLine } from '../../text/one-line.ts';
import { UnreadableError } from '../target.ts';

/** No more of an error's body is read: the engine's are one sentence in JSON. */
const maxErrorBytes = 64 * 1024;
const maxErrorCharacters = 500;

/** The engine answered with a status other than 200. */
export class DockerResponseError extends UnreadableError {
  override readonly name: string = 'DockerResponseError';
  /** The HTTP status: 404 means "no such container", and for an archive also "no such path in it". */
  readonly status: number;
  /** The engine's message, shortened; '' if there is none (an answer to HEAD has no body). */
  readonly engineMessage: string;

  constructor(message: string, answer: { readonly status: number; readonly engineMessage: string }) {
    // An engine refuses nobody who can connect to it: a proxy in front of it does.
    super(answer.status === 401 || answer.status === 403 ? 'forbidden' : 'failed', message);
    this.status = answer.status;
    this.engineMessage = answer.engineMessage;
  }
}

/** Reads the engine's message from an answer to GET that is not 200. */
export async function readResponseError(name: string, act: string, response: IncomingMessage): Promise<DockerResponseError> {
  const { bytes } = await readUpTo(response, maxErrorBytes);
  const { statusCode: status = 0, statusMessage: reason = '' } = response;
  return responseError(name, act, { status, reason }, messageOf(bytes.toString()));
}

/** An answer that is not 200, with the message of its body, if it has one. */
export function responseError(
  name: string,
  act: string,
  { status, reason }: { readonly status: number; readonly reason: string },
  body: string,
): DockerResponseError {
  const engineMessage = inOneLine(body, maxErrorCharacters);
  const says = engineMessage || inOneLine(reason, maxErrorCharacters) || 'no reason given';
  return new DockerResponseError(`Docker at ${name} answered ${act} with ${status}: ${says}`, { status, engineMessage });
}

// Docker and Podman answer {"message": "…"}; proxies in front of them answer any text.
function messageOf(body: string): string {
  if (body === '') return '';
  const { message } = parseObject(body);
  return typeof message === 'string' ? message : body;
}

function parseObject(body: string): { readonly message?: unknown } {
  try {
    return Object(JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
