import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Head } from '../../src/collect/docker/head.ts';
import { type Mark, openHeadPipeline, type Question } from '../../src/collect/docker/head-pipeline.ts';
import { holds, type Target } from '../target.ts';

const firstAnswer = 'HTTP/1.1 404 Not Found\r\n\r\n';

/** How many questions go out behind the first. */
const behind = 3;

const mark: Mark = { path: '/mark', host: 'docker', isAnswer: ({ status, header }) => status === 200 && header('server') === null };

/**
 * What became of questions that are under way on a connection on which these bytes come, in pieces of that size, before it ends: of the
 * first one, or of those behind it with their mark.
 */
async function outcomesOf(bytes: Buffer, pieceBytes: number, isFirst: boolean): Promise<readonly unknown[]> {
  const outcomes: unknown[] = [];
  const socket = new Duplex({ allowHalfOpen: false, read: () => {}, write: (_chunk, _encoding, done) => done() });
  let again = 'unanswered';
  const pipeline = openHeadPipeline(socket, mark, {
    answered: () => {},
    ended: (unanswered) => void outcomes.push(...unanswered.map(() => again)),
    lostStep: () => {
      again = 'out of step';
    },
  });
  const ask = (count: number) => {
    for (let asked = 0; asked < count; asked++) pipeline.take(questionOf(outcomes));
    pipeline.flush();
  };
  ask(1);
  if (!isFirst) {
    socket.push(firstAnswer);
    await setImmediate();
    outcomes.length = 0;
    ask(behind);
  }
  for (let at = 0; at < bytes.length; at += pieceBytes) socket.push(bytes.subarray(at, at + pieceBytes));
  socket.push(null);
  await once(socket, 'close');
  return outcomes;
}

const questionOf = (outcomes: unknown[]): Question => ({
  ...{ path: '/a', host: 'docker', about: '/a', timeoutMs: 10_000, timeoutError: () => new Error('silent') },
  resolve: ({ status, reason, header, isLast }: Head) => void outcomes.push({ status, reason, server: header('server'), isLast }),
  reject: (error) => void outcomes.push((error as NodeJS.ErrnoException).code),
});

const line = fc.constantFrom(
  ...['HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.0 200', 'HTTP/1.1 100 Continue', 'HTTP/1.1 99 X', 'HTTP/2 200', 'HTTP/1.1 200'],
  ...['Server: Docker/20.10', 'server:', 'Connection: close', 'connection: keep-alive, Close', 'X: y', '', '', '\n', '{}'],
);

export const target: Target = {
  id: 'docker-heads',
  seeds: () => [
    Buffer.from(
      `${'HTTP/1.1 404 Not Found\r\nServer: Docker/20.10.24 (linux)\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\n\r\n'.repeat(behind)}HTTP/1.1 200 OK\r\n\r\n`,
    ),
    Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'),
  ],
  shaped: fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)),
  words: ['HTTP/1.1 ', 'HTTP/1.0 ', '200', '404', '101', '\r\n', '\r\n\r\n', '\n\n', 'Server: ', 'Connection: close\r\n', '\0', '\u00e9'],
  run: async (input) => {
    for (const isFirst of [true, false]) {
      const asked = isFirst ? 1 : behind;
      const outcomes = await outcomesOf(input, 4096, isFirst);
      holds(outcomes.length === asked, `${outcomes.length} of ${asked} questions came to an end`);
      holds(JSON.stringify(outcomes).length <= 6 * input.length + 300, 'more is given than there is');
      // A head that is too long is refused where its end has not come, and so in small pieces alone.
      if (input.length <= 16 * 1024)
        holds(isDeepStrictEqual(await outcomesOf(input, 7, isFirst), outcomes), 'in other pieces the same bytes give other answers');
    }
  },
};
