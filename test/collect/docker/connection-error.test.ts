import { describe, expect, test } from 'vitest';
import { connectionError } from '../../../src/collect/docker/connection-error.ts';
import { CollectError } from '../../../src/model/errors.ts';

const failed = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('what a connection ends with', () => {
  test.each([
    ['EACCES', 'permission denied. Add yourself to the docker group, or set --docker-host.'],
    ['EPERM', 'permission denied. Add yourself to the docker group, or set --docker-host.'],
    ['ENOENT', 'there is no such socket. Start Docker, or set --docker-host.'],
    ['ECONNREFUSED', 'nothing listens there. Start Docker, or set --docker-host.'],
    ['ENOTFOUND', 'there is no machine of that name. Set --docker-host.'],
    ['ETIMEDOUT', 'the machine does not answer. See whether it is up and its port is open, or set --docker-host.'],
    ['ECONNRESET', 'the connection was closed before the answer was complete. See the log of the engine.'],
  ])('%s', (code, expected) => {
    const cause = failed(code);
    const error = connectionError('unix:///var/run/docker.sock', cause) as CollectError;
    expect(error).toBeInstanceOf(CollectError);
    expect(error.message).toBe(`Cannot reach Docker at unix:///var/run/docker.sock: ${expected}`);
    expect(error.cause).toBe(cause);
  });

  test.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'SELF_SIGNED_CERT_IN_CHAIN', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'])(
    '%s is of TLS',
    (code) => {
      expect(connectionError('x', failed(code, 'the words of OpenSSL'))).toMatchObject({
        message: expect.stringContaining('TLS fails (the words of OpenSSL)'),
      });
    },
  );

  test('an errno that nobody foresaw keeps its own words', () => {
    expect(connectionError('x', failed('EMFILE', 'too many open files'))).toMatchObject({
      message: expect.stringContaining('too many open files'),
    });
  });

  test.each([
    ['one that is explained already', new CollectError('explained')],
    ['a bug', Object.assign(new TypeError('bug'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['an error without a code', new Error('?')],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['no error at all', 'enough'],
  ])('%s stays as it is', (_, error) => {
    expect(connectionError('x', error)).toBe(error);
  });
});
