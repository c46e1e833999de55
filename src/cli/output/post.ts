import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { type FormatId, formats } from '../../format/formatters.ts';
import { isCut } from '../../io/cut-connection.ts';
import { openInput, readInput } from '../../io/input.ts';
import { pause } from '../../io/pause.ts';
import { CollectError, UsageError } from '../../model/errors.ts';
import { generator } from '../version.ts';
import { buffered, gzipped } from './text-bytes.ts';

/** Retries if an endpoint is busy or away: about 15 s in all, unless it says how long to wait. */
const maxRetries = 4;

/** The first wait, in milliseconds; each further one is twice as long. */
const firstBackoff = 1000;

/** The longest wait accepted, in milliseconds: beyond it, the next run of a CronJob will do. */
const longestBackoff = 60_000;

/** How long an answer's body may take, in milliseconds: it is ignored, but cutting it off would look like a failure there. */
const longestBody = 1000;

/** Enough for tokens and the like: a larger file is something else. */
const maxHeadersBytes = 64 * 1024;

/** Where to send a result. */
export interface Destination {
  readonly url: URL;
  readonly headers: Headers;
  readonly gzip: boolean;
  /** The longest silence, in milliseconds. */
  readonly timeout: number;
}

type Headers = Readonly<Record<string, string>>;

/** Something to send. */
export interface Parcel {
  readonly format: FormatId;
  readonly text: Iterable<string>;
  /** What determines its content, except the time: sent as a key, so that an endpoint recognizes what it has. */
  readonly identity: readonly unknown[];
}

export interface PostFlags {
  readonly post: string;
  readonly postHeaders?: string;
  readonly postGzip?: boolean;
}

/** What the flags say, checked. Messages show neither URL nor headers: they may contain a token. */
export async function destinationOf(
  { post, postHeaders, postGzip = false }: PostFlags,
  timeout: number,
  signal: AbortSignal,
): Promise<Destination> {
  const url = URL.canParse(post) ? new URL(post) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError('--post: give an address such as https://reports.example/in.');
  if (url.username !== '' || url.password !== '')
    throw new UsageError(
      '--post: do not put a user or a password into the address, where others can see it. Put a header into a file: --post-headers FILE.',
    );
  return { url, headers: postHeaders === undefined ? {} : await readHeaders(postHeaders, signal), gzip: postGzip, timeout };
}

/** They control the transport, which is not for a file to decide. */
const carrying = [
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

async function readHeaders(file: string, signal: AbortSignal): Promise<Headers> {
  const headers = new Map<string, string>();
  for (const [index, line] of (await headersText(file, signal)).split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const complain = (what: string) => new UsageError(`--post-headers ${file}:${index + 1}: ${what}.`);
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw complain('this is no header. One is written as Name: value, in ASCII');
    const key = name.toLowerCase();
    if (carrying.includes(key)) throw complain(`${name} cannot be set`);
    if (headers.has(key)) throw complain(`${name} is given twice`);
    headers.set(key, value.trimEnd());
  }
  return Object.fromEntries(headers);
}

async function headersText(file: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readInput(await openInput(file, signal), maxHeadersBytes, signal)).toString('latin1');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ERR_STRING_TOO_LONG')
      throw new UsageError(`--post-headers ${file} is larger than ${maxHeadersBytes / 1024} KiB: those are no headers.`, { cause: error });
    throw new UsageError(`Cannot read --post-headers ${file}: ${code === 'ENOENT' ? 'no such file' : message}.`, { cause: error });
  }
}

interface Message {
  readonly headers: Headers;
  readonly body: readonly Uint8Array[];
}

/**
 * Sends a result, with retries if the endpoint is busy or away. A refusal is a CollectError. Nothing else in this program sends anything
 * anywhere.
 */
export async function post(parcel: Parcel, destination: Destination, note: (message: string) => void, signal: AbortSignal): Promise<void> {
  const message = await messageOf(parcel, destination);
  const place = destination.url.origin;
  for (let retry = 0; ; retry++) {
    signal.throwIfAborted();
    const answer = await attempt(message, destination, signal);
    if (answer.isAccepted) return note(`Sent ${parcel.format} to ${place}: ${answer.text}`);
    const wait = answer.retryAfter ?? firstBackoff * 2 ** retry;
    if (!answer.isPassing || retry >= maxRetries || wait > longestBackoff)
      throw new CollectError(`Cannot send ${parcel.format} to ${place}: ${answer.text}${afterRetries(retry, wait)}.`);
    note(`${place}: ${answer.text}; again in ${wait / 1000} s`);
    await pause(wait, signal);
  }
}

function afterRetries(retries: number, wait: number): string {
  if (wait > longestBackoff) return `; it asks to wait for ${Math.ceil(wait / 1000)} s, which is too long`;
  return retries === 0 ? '' : `, also after ${retries} retries`;
}

/** Built whole before it is sent: its length goes first, which some endpoints require. */
async function messageOf({ format, text, identity }: Parcel, { headers, gzip }: Destination): Promise<Message> {
  const body: Uint8Array[] = [];
  for await (const part of gzip ? gzipped(buffered(text)) : buffered(text)) body.push(part);
  const own = {
    'content-type': formats[format].mediaType,
    'user-agent': `${generator.name}/${generator.version}`,
    // Quoted: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07#section-2.1
    'idempotency-key': `"${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}"`,
  };
  const length = { 'content-length': String(body.reduce((sum, part) => sum + part.byteLength, 0)) };
  return { headers: { ...own, ...headers, ...length, ...(gzip && { 'content-encoding': 'gzip' }) }, body };
}

interface Answer {
  readonly isAccepted: boolean;
  /** Whether the next one may differ. */
  readonly isPassing: boolean;
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfter: number | null;
  readonly text: string;
}

/** The error code of a request that was given up. */
const silence = 'SUPERCARGO_SILENCE';

/** Errors that may pass, as a cut connection does. Where the text is empty, the error's own is used. */
const troubles: Readonly<Record<string, string>> = {
  [silence]: '',
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'it cannot be reached',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  EAI_AGAIN: 'its name cannot be looked up now',
};

async function attempt(message: Message, destination: Destination, signal: AbortSignal): Promise<Answer> {
  try {
    return answerOf(await send(message, destination, signal), destination.url);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message: text } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const trouble = isCut(error) ? 'the connection was cut' : troubles[code];
    // A wrong certificate and an unknown host name do not pass. OpenSSL's messages end with a line break.
    return { isAccepted: false, isPassing: trouble !== undefined, retryAfter: null, text: trouble || text.trim() };
  }
}

function send({ headers, body }: Message, { url, timeout }: Destination, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Certificates are verified, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    const options = { method: 'POST', headers, signal, agent: false, rejectUnauthorized: true };
    const request = (url.protocol === 'https:' ? https : http).request(url, options);
    const silenceError = Object.assign(new Error(`no answer within ${timeout / 1000} s`), { code: silence });
    const timer = setTimeout(() => request.destroy(silenceError), timeout);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    request.once('error', fail).once('response', (response) => {
      clearTimeout(timer);
      const cut = setTimeout(() => response.destroy(), longestBody);
      const settle = () => {
        clearTimeout(cut);
        resolve(response);
      };
      // The head says it all: how the rest ends does not matter, nor whether all was sent by then.
      request.off('error', fail).on('error', settle);
      response.on('error', settle).once('close', settle).resume();
    });
    Readable.from(body.flatMap(slices))
      .on('data', () => timer.refresh())
      .pipe(request);
  });
}

/** What a slow line sends within the longest silence. */
const sliceSize = 64 * 1024;

function slices(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / sliceSize) }, (_, index) =>
    bytes.subarray(index * sliceSize, (index + 1) * sliceSize),
  );
}

function answerOf({ statusCode: status = 0, headers }: http.IncomingMessage, url: URL): Answer {
  const isRedirection = status >= 300 && status < 400 && headers.location !== undefined;
  const text = `${status} ${http.STATUS_CODES[status] ?? ''}`.trimEnd();
  return {
    isAccepted: status >= 200 && status < 300,
    isPassing: status === 408 || status === 429 || status >= 500,
    retryAfter: waitOf(headers['retry-after']),
    text: isRedirection ? `${text}: it redirects to ${placeOf(headers.location ?? '', url)}, which is not followed` : text,
  };
}

/** Redirections are not followed: they would take the headers to an address nobody named. */
function placeOf(location: string, base: URL): string {
  if (!URL.canParse(location, base.href)) return 'nowhere';
  const { protocol, host } = new URL(location, base);
  return `${protocol}//${host}`;
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function waitOf(value: string | undefined): number | null {
  if (value === undefined) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? null : Math.max(wait, 0);
}
