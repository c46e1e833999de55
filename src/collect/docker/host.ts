import type { ChoiceOrigin } from './origin.ts';

/** A Docker host as people write it, parsed. Nothing is looked up, and no credentials are kept. */
export type DockerHost =
  | { readonly kind: 'unix'; readonly socketPath: string; readonly name: string }
  | {
      readonly kind: 'tcp';
      readonly scheme: 'tcp' | 'http' | 'https';
      readonly host: string;
      /** null when not given: the default depends on TLS. */
      readonly port: number | null;
      /** '' or '/prefix', without a trailing slash. */
      readonly pathPrefix: string;
    }
  | {
      readonly kind: 'ssh';
      readonly user: string | null;
      readonly host: string;
      readonly port: number | null;
      /** Path of the engine's socket on the other machine, or null for the default there. */
      readonly socketPath: string | null;
      readonly name: string;
    };

const DEFAULT_UNIX_SOCKET = '/var/run/docker.sock';
const DEFAULT_NAMED_PIPE = '//./pipe/docker_engine';

// [userinfo@](host | [IPv6])[:port][/path]
const AUTHORITY = /^(?:(?<userInfo>[^/]*)@)?(?:\[(?<ipv6>[^\]/@]+)\]|(?<host>[^@:/[\]]*))(?::(?<port>\d*))?(?<path>\/.*)?$/;

/** Parses what `docker --host` accepts, and also http:// and https://. */
export function parseDockerHost(text: string, origin: ChoiceOrigin): DockerHost {
  const [scheme, rest] = splitScheme(text.trim());
  switch (scheme) {
    case 'unix':
      return socket('unix', rest === '' ? DEFAULT_UNIX_SOCKET : rest);
    case 'npipe':
      return socket('npipe', rest === '' ? DEFAULT_NAMED_PIPE : rest);
    case 'tcp':
    case 'http':
    case 'https':
      return parseTcp(scheme, rest, text, origin);
    case 'ssh':
      return parseSsh(rest, text, origin);
    default:
      throw refuse(text, origin, `its scheme ${JSON.stringify(withoutCredentials(scheme))} is not supported`);
  }
}

/** `host:port` for a URL or a Host header, with IPv6 addresses in brackets. */
export function joinHostPort(host: string, port: number | null): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return port === null ? bracketed : `${bracketed}:${port}`;
}

function splitScheme(text: string): readonly [scheme: string, rest: string] {
  const end = text.indexOf('://');
  if (end >= 0) return [text.slice(0, end).toLowerCase(), text.slice(end + 3)];
  // The docker CLI (29) reads a bare path as a socket and everything else without a scheme as host:port.
  return [text.startsWith('/') ? 'unix' : 'tcp', text];
}

function socket(scheme: 'unix' | 'npipe', socketPath: string): DockerHost {
  return { kind: 'unix', socketPath, name: `${scheme}://${socketPath}` };
}

function parseTcp(scheme: 'tcp' | 'http' | 'https', rest: string, text: string, origin: ChoiceOrigin): DockerHost {
  // Node sends no other characters in a request; a name with other letters is written with these in Punycode.
  if (/[^\x21-\x7e]/.test(rest)) throw refuse(text, origin, 'it has a character that a host cannot have');
  const { host, port, path } = parseAuthority(rest, text, origin);
  // If a password contained a slash, the part before it would be taken for the host, and the rest would be shown.
  if (path.includes('@')) throw refuse(text, origin, 'a slash before the "@" is to be written as %2F');
  return { kind: 'tcp', scheme, host: host === '' ? 'localhost' : host, port, pathPrefix: path.replace(/\/+$/, '') };
}

function parseSsh(rest: string, text: string, origin: ChoiceOrigin): DockerHost {
  const { userInfo, host, port, path } = parseAuthority(rest, text, origin);
  if (userInfo?.includes(':')) throw refuse(text, origin, 'ssh takes no password in the URL: use a key, or the ssh agent');
  const user = userInfo === undefined || userInfo === '' ? null : decodeUser(userInfo, text, origin);
  if (host === '') throw refuse(text, origin, 'it names no machine');
  // ssh would take such a name for an option, and -oProxyCommand runs anything.
  if (host.startsWith('-') || user?.startsWith('-'))
    throw refuse(text, origin, 'a name that begins with "-" is not one of a machine or user');
  const socketPath = path.replaceAll('/', '') === '' ? null : path;
  const name = `ssh://${user === null ? '' : `${user}@`}${joinHostPort(host, port)}${socketPath ?? ''}`;
  return { kind: 'ssh', user, host, port, socketPath, name };
}

function decodeUser(userInfo: string, text: string, origin: ChoiceOrigin): string {
  try {
    return decodeURIComponent(userInfo);
  } catch (error) {
    if (error instanceof URIError) throw refuse(text, origin, 'its user name is not well encoded');
    throw error;
  }
}

interface Authority {
  readonly userInfo: string | undefined;
  readonly host: string;
  readonly port: number | null;
  readonly path: string;
}

function parseAuthority(rest: string, text: string, origin: ChoiceOrigin): Authority {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\s\u0000-\u001f\u007f?#\\]/.test(rest)) throw refuse(text, origin, 'it has a character that a host cannot have');
  const groups = AUTHORITY.exec(rest)?.groups;
  if (groups === undefined) throw refuse(text, origin, 'it is not of the form host:port');
  const { userInfo, ipv6, host, port, path } = groups;
  const number = port === undefined || port === '' ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) throw refuse(text, origin, `there is no port ${port}`);
  return { userInfo, host: ipv6 ?? host ?? '', port: number, path: path ?? '' };
}

const WAY_OUT = 'Use unix:///path, tcp://host:port, https://host:port, ssh://user@host or npipe:////./pipe/name.';

function refuse(text: string, origin: ChoiceOrigin, reason: string): Error {
  return origin.fail(`Cannot use the Docker host ${JSON.stringify(withoutCredentials(text))} of ${origin.chosenBy}: ${reason}. ${WAY_OUT}`);
}

function withoutCredentials(text: string): string {
  // A scheme consists of letters only: what precedes another :// may be a password.
  return text.trim().replace(/^([a-z]+:\/\/)?.*@/is, '$1');
}
