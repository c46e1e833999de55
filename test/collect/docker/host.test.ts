import { describe, expect, test } from 'vitest';
import { resolveDockerEndpoint } from '../../../src/collect/docker/endpoint.ts';
import { joinHostPort, parseDockerHost } from '../../../src/collect/docker/host.ts';
import { byEnvironment, byFlag } from '../../../src/collect/docker/origin.ts';
import { CollectError, UsageError } from '../../../src/model/errors.ts';

const origin = byFlag('--docker-host');
const resolve = (host: string) => resolveDockerEndpoint({ host, context: null }, { env: {}, homeDirectory: '/nowhere' });

describe('hosts as people write them', () => {
  test.each([
    ['unix:///var/run/docker.sock', { kind: 'unix', socketPath: '/var/run/docker.sock', name: 'unix:///var/run/docker.sock' }],
    ['unix://', { kind: 'unix', socketPath: '/var/run/docker.sock', name: 'unix:///var/run/docker.sock' }],
    ['  unix:///s ', { kind: 'unix', socketPath: '/s', name: 'unix:///s' }],
    ['UNIX:///s', { kind: 'unix', socketPath: '/s', name: 'unix:///s' }],
    ['unix:///with space@at', { kind: 'unix', socketPath: '/with space@at', name: 'unix:///with space@at' }],
    ['/bare/path.sock', { kind: 'unix', socketPath: '/bare/path.sock', name: 'unix:///bare/path.sock' }],
    ['npipe:////./pipe/engine', { kind: 'unix', socketPath: '//./pipe/engine', name: 'npipe:////./pipe/engine' }],
    ['npipe://', { kind: 'unix', socketPath: '//./pipe/docker_engine', name: 'npipe:////./pipe/docker_engine' }],
    ['tcp://engine', { kind: 'tcp', host: 'engine', port: 2375, pathPrefix: '', tls: null, name: 'tcp://engine:2375' }],
    ['tcp://engine:', { host: 'engine', port: 2375 }],
    ['tcp://:4243', { host: 'localhost', port: 4243, name: 'tcp://localhost:4243' }],
    ['tcp://', { host: 'localhost', port: 2375 }],
    ['tcp://[::1]', { host: '::1', port: 2375, name: 'tcp://[::1]:2375' }],
    ['tcp://[fe80::1%eth0]:1', { host: 'fe80::1%eth0', port: 1 }],
    ['tcp://engine:1/docker/', { host: 'engine', port: 1, pathPrefix: '/docker', name: 'tcp://engine:1/docker' }],
    ['tcp://engine:1/', { pathPrefix: '', name: 'tcp://engine:1' }],
    ['engine:2375', { host: 'engine', port: 2375, name: 'tcp://engine:2375' }],
    ['10.0.0.7', { host: '10.0.0.7', port: 2375 }],
    ['http://engine', { host: 'engine', port: 80, tls: null, name: 'http://engine:80' }],
    ['https://engine', { host: 'engine', port: 443, tls: { ca: null, cert: null, key: null, verify: true }, name: 'https://engine:443' }],
    ['tcp://me:secret@engine:1', { host: 'engine', port: 1, name: 'tcp://engine:1' }],
    ['me:sec@ret@engine', { host: 'engine', name: 'tcp://engine:2375' }],
    ['ssh://box', { kind: 'ssh', user: null, host: 'box', port: null, socketPath: null, name: 'ssh://box' }],
    ['ssh://me@box:2222', { kind: 'ssh', user: 'me', host: 'box', port: 2222, socketPath: null, name: 'ssh://me@box:2222' }],
    ['ssh://box/', { socketPath: null, name: 'ssh://box' }],
    ['ssh://box/run/d.sock', { host: 'box', socketPath: '/run/d.sock', name: 'ssh://box/run/d.sock' }],
    ['ssh://a%40b@[::1]:22', { user: 'a@b', host: '::1', port: 22 }],
  ])('%s', async (text, expected) => {
    expect(await resolve(text)).toMatchObject({ ...expected, chosenBy: '--docker-host' });
  });

  test.each([
    ['fd://', 'its scheme "fd" is not supported'],
    ['me:secret@fd://', 'its scheme "fd" is not supported'],
    ['tcp://me:12/secret@engine', 'a slash before the "@" is to be written as %2F'],
    ['ftp://engine', 'its scheme "ftp" is not supported'],
    ['://x', 'its scheme "" is not supported'],
    ['tcp://engine:99999', 'there is no port 99999'],
    ['tcp://engine:0', 'there is no port 0'],
    ['tcp://engine:port', 'it is not of the form host:port'],
    ['tcp://a:1:2', 'it is not of the form host:port'],
    ['tcp://[::1', 'it is not of the form host:port'],
    ['ssh://[:secret@]', 'it is not of the form host:port'],
    ['tcp://engine:1?x=y', 'it has a character that a host cannot have'],
    ['tcp://en gine', 'it has a character that a host cannot have'],
    ['tcp://日本:1', 'it has a character that a host cannot have'],
    ['tcp://engine:1/日本', 'it has a character that a host cannot have'],
    ['tcp://engine\r\nX: y', 'it has a character that a host cannot have'],
    ['ssh://', 'it names no machine'],
    ['ssh://me:pw@box', 'ssh takes no password in the URL'],
    ['ssh://-oProxyCommand=x', 'a name that begins with "-"'],
    ['ssh://-x@box', 'a name that begins with "-"'],
    ['ssh://%2doProxyCommand=x@box', 'a name that begins with "-"'],
    ['ssh://%zz@box', 'its user name is not well encoded'],
  ])('%j is refused', (text, reason) => {
    expect(() => parseDockerHost(text, origin)).toThrow(UsageError);
    expect(() => parseDockerHost(text, origin)).toThrow(reason);
    expect(() => parseDockerHost(text, byEnvironment('DOCKER_HOST'))).toThrow(CollectError);
  });

  test.each(['me:secret@fd://', 'tcp://me:12/secret@engine'])('the refusal of %s does not repeat the password', (text) => {
    expect(() => parseDockerHost(text, origin)).toThrow(/^(?!.*secret)/);
  });

  test('a refusal names who chose the host, and shows no password', () => {
    expect(() => parseDockerHost('ssh://me:secret@box', byEnvironment('context prod'))).toThrow(
      /^Cannot use the Docker host "ssh:\/\/box" of context prod: .* Use unix:/,
    );
  });

  test.each([':secret@://', 'me:secret@x://y', 'ftp://me:secret\n@x', 'a b:secret@\nx', 'ssh://me:sec@ret@secret@box#'])(
    'a refusal of %j shows no password',
    (text) => {
      expect(() => parseDockerHost(text, origin)).toThrow(/^(?!.*secret).*$/s);
    },
  );

  test('what a hundred thousand places could be the end of a name takes no time to refuse', () => {
    expect(() => parseDockerHost(`tcp://${'@'.repeat(100_000)}[`, origin)).toThrow('it is not of the form host:port');
  });

  test('a Host header has IPv6 in brackets', () => {
    expect([joinHostPort('::1', 1), joinHostPort('a', 1), joinHostPort('a', null)]).toEqual(['[::1]:1', 'a:1', 'a']);
  });
});
