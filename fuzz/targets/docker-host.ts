import * as fc from 'fast-check';
import { parseDockerHost } from '../../src/collect/docker/host.ts';
import { byFlag } from '../../src/collect/docker/origin.ts';
import { sshArguments } from '../../src/collect/docker/ssh-connection.ts';
import { UsageError } from '../../src/model/errors.ts';
import { holds, orRefused, sameTwice, type Target } from '../target.ts';

const piece = fc.constantFrom(
  'tcp://',
  'ssh://',
  'unix://',
  'https://',
  'npipe://',
  'me',
  ':',
  '@',
  'host',
  '[::1]',
  '2376',
  '/',
  '/run/docker.sock',
  '-oProxyCommand=x',
  '%2d',
  '%',
  "'",
  '?',
  '#',
  ' ',
  '99999',
  '//',
);
const secret = 's3cret';

/** What --docker-host and DOCKER_HOST take. */
export const target: Target = {
  id: 'docker-host',
  seeds: () =>
    [
      'unix:///var/run/docker.sock',
      'tcp://[::1]:2376/prefix/',
      'ssh://me@host:22/run/docker.sock',
      'localhost:2375',
      `http://me:${secret}@host`,
      '/run/x.sock',
    ].map((text) => Buffer.from(text)),
  shaped: fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.from(pieces.join(''))),
  words: ['tcp://', 'ssh://', 'unix://', '@', ':', '/', '[', ']', '%2d', '-o', `:${secret}@`],
  run: async (input) => {
    const text = input.toString();
    const host = await orRefused([UsageError], () => sameTwice(() => parseDockerHost(text, byFlag('--docker-host'))));
    if (host === null) holds(!refusalOf(text).includes(`:${secret}@`), 'a password is told');
    if (host === null || host.kind === 'unix') return;
    holds(host.port === null || (host.port >= 1 && host.port <= 65_535), 'a port that is none');
    holds(!/[\s\0]/.test(host.host), 'a host with blanks');
    if (host.kind === 'tcp') return;
    // What stands behind the first slash is a path.
    holds(!host.name.split('/')[2]?.includes(`:${secret}@`), 'a password is kept');
    const words = sshArguments({ ...host, chosenBy: '--docker-host' });
    // Before "--" stand only options of ours, each with its value: none of them may be one that the text brought in.
    const own = words.slice(0, words.indexOf('--'));
    holds(
      own.every((word, index) => !word.startsWith('-') || ['-o', '-T', '-l', '-p'].includes(word) || own[index - 1] === '-p'),
      `an option of ssh is brought in: ${own.join(' ')}`,
    );
    holds(!words[words.indexOf('--') + 1]?.startsWith('-'), 'a machine that ssh takes for an option');
  },
};

function refusalOf(text: string): string {
  try {
    parseDockerHost(text, byFlag('--docker-host'));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
