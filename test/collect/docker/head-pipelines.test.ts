import { getEventListeners } from 'node:events';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Mark } from '../../../src/collect/docker/head-pipeline.ts';
import { createHeadPipelines } from '../../../src/collect/docker/head-pipelines.ts';
import { temporaryFolder } from './engine.ts';

interface Asked {
  readonly path: string;
  readonly host: string;
  /** Which connection it came on, from 0. */
  readonly connection: number;
  readonly socket: Socket;
}

const head = (path: string, status = 200) => `HTTP/1.1 ${status} X\r\nX-Path: ${path}\r\n\r\n`;
const answerAll = ({ path, socket }: Asked) => void socket.write(head(path));

/** The head alone of the paths has the header. */
const mark: Mark = { path: '/mark', host: 'docker', isAnswer: ({ status, header }) => status === 200 && header('x-path') === null };
const markAnswer = 'HTTP/1.1 200 OK\r\nServer: X\r\n\r\n';

/** Pipelines to a server that does with every question what `answer` says, and answers every mark. */
async function serve(
  answer: (asked: Asked, all: readonly Asked[]) => void,
  maxPipelines = 8,
  answerMark: (socket: Socket) => void = (socket) => void socket.write(markAnswer),
) {
  const socketPath = join(await temporaryFolder(), 'engine.sock');
  const sockets: Socket[] = [];
  const all: Asked[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    let received = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const heads = (received + chunk.toString()).split('\r\n\r\n');
      received = heads.pop() as string;
      for (const text of heads) {
        if (text.startsWith(`HEAD ${mark.path} `)) {
          answerMark(socket);
          continue;
        }
        const [, path = '', host = ''] = /^HEAD (\S+) HTTP\/1\.1\r\nHost: (\S+)$/.exec(text) ?? expect.fail(`${text} was asked`);
        const asked = { path, host, connection, socket };
        all.push(asked);
        answer(asked, all);
      }
    });
  });
  await new Promise<void>((listening) => server.listen(socketPath, listening));
  const pipelines = createHeadPipelines({ connect: () => connectTo(socketPath), maxConnections: 0, maxPipelines }, mark);
  onTestFinished(() => {
    pipelines.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const timeoutError = (milliseconds: number) => new Error(`silent for ${milliseconds} ms`);
  /** The path that the answer is about, and its status. */
  const ask = async (path: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) => {
    const { signal = new AbortController().signal, timeoutMs = 5000 } = options;
    const { status, header } = await pipelines.ask({ path, host: 'docker', signal, timeoutMs, timeoutError });
    return status === 200 ? header('x-path') : status;
  };
  return { ask, all, sockets, close: pipelines.close };
}

const paths = (count: number, about = '/c') => Array.from({ length: count }, (_, index) => `${about}?path=${index}`);
const settled = (promises: readonly Promise<unknown>[]) =>
  Promise.all(promises.map((promise) => promise.catch((error: Error & { code?: string }) => error.code ?? error.message)));

describe('what goes out', () => {
  test('a dozen questions about one container are on their way at a time, and each gets its own answer', async () => {
    const held: Asked[] = [];
    const { ask, all } = await serve((asked) => {
      held.push(asked);
      // Of the dozen none is answered before all have come.
      if (asked.path === '/c?path=first' || held.length === 12) for (const each of held.splice(0)) answerAll(each);
    });
    await ask('/c?path=first');
    expect(await Promise.all(paths(12).map((path) => ask(path)))).toEqual(paths(12));
    expect(new Set(all.map(({ connection }) => connection)).size).toBe(1);
  });

  test('but no more than 16 on one connection', async () => {
    let underWay = 0;
    let most = 0;
    const answerLater = (answer: () => void) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        answer();
      }, 20);
    };
    const { ask, sockets } = await serve(
      (asked) => answerLater(() => answerAll(asked)),
      1,
      (socket) => answerLater(() => socket.write(markAnswer)),
    );
    await ask('/c?path=first');
    expect(await Promise.all(paths(40).map((path) => ask(path)))).toEqual(paths(40));
    expect(most).toBe(16 + 1);
    expect(sockets).toHaveLength(1);
  });

  test('until an answer has come one alone is risked on a connection', async () => {
    const { ask, all } = await serve(() => {}, 3);
    const asked = paths(9).map((path) => ask(path, { timeoutMs: 60 }));
    await sleep(30);
    expect(all.map(({ connection }) => connection)).toEqual([0, 1, 2]);
    expect(await settled(asked.slice(0, 3))).toEqual(Array(3).fill('silent for 60 ms'));
    await settled(asked);
  });

  test('what is about different containers goes out on different connections, as many as there may be', async () => {
    const { ask, sockets } = await serve(
      (asked) => void setTimeout(() => answerAll(asked), 10),
      4,
      (socket) => void setTimeout(() => socket.write(markAnswer), 10),
    );
    const all = Array.from({ length: 12 }, (_, index) => `/${index}?path=x`);
    expect(await Promise.all(all.map((path) => ask(path)))).toEqual(all);
    expect(sockets).toHaveLength(4);
  });

  test('no line that it does not write itself', async () => {
    const { ask, all } = await serve(answerAll);
    for (const path of ['/a b', '/a\r\nX: y', '/ä', '/\0']) await expect(ask(path)).rejects.toThrow(TypeError);
    expect(all).toEqual([]);
  });
});

describe('what comes back', () => {
  /** A connection on which every question gets the next answer, in pieces of these sizes. */
  function answeringInPieces(answers: readonly string[], sizes: readonly number[]): Duplex {
    let [next, piece] = [0, 0];
    const socket = new Duplex({
      read: () => {},
      write: (chunk, _encoding, done) => {
        const asked = chunk.toString().split('\r\n\r\n').slice(0, -1);
        const text = asked.map((line: string) => (line.startsWith(`HEAD ${mark.path} `) ? markAnswer : answers[next++])).join('');
        const bytes = Buffer.from(text, 'latin1');
        for (let at = 0; at < bytes.length; ) {
          const size = sizes[piece++ % sizes.length] as number;
          socket.push(bytes.subarray(at, at + size));
          at += size;
        }
        done();
      },
    });
    return socket;
  }

  test('in whatever pieces, with or without what comes before it, an answer is the same', async () => {
    const answer = fc.tuple(fc.constantFrom('', head('x', 100), head('x', 103)), fc.constantFrom(200, 404, 500));
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 8 }), sizes, async (all, ofPieces) => {
        const socket = answeringInPieces(
          all.map(([before, status]) => before + head('\u00e9', status)),
          ofPieces,
        );
        const { ask, close } = createHeadPipelines({ connect: () => socket, maxConnections: 0, maxPipelines: 1 }, mark);
        const question = {
          path: '/c',
          host: 'docker',
          signal: new AbortController().signal,
          timeoutMs: 1000,
          timeoutError: () => new Error('silent'),
        };
        const answers = await Promise.all(all.map(() => ask(question)));
        expect(answers.map(({ status, header }) => [status, header('x-path')])).toEqual(all.map(([, status]) => [status, '\u00e9']));
        close();
      }),
    );
  });

  test('a connection that ends with an answer, said or not, leaves nothing without one', async () => {
    for (const ending of ['Connection: close\r\n', 'X: y\r\n']) {
      const { ask, all, sockets } = await serve(({ path, socket }) => socket.end(head(path).replace('X-Path', `${ending}X-Path`)), 2);
      expect(await Promise.all(paths(7).map((path) => ask(path)))).toEqual(paths(7));
      expect(sockets.length).toBeGreaterThanOrEqual(7);
      expect(new Set(all.map(({ path }) => path)).size).toBe(7);
    }
  });

  test('HTTP/1.0 keeps no connection', async () => {
    const { ask, sockets } = await serve(({ path, socket }) => void socket.write(head(path).replace('1.1', '1.0')));
    for (const path of paths(3)) expect(await ask(path)).toBe(path);
    expect(sockets).toHaveLength(3);
  });

  test('a connection that was closed while it was idle is replaced', async () => {
    const { ask, sockets } = await serve(answerAll);
    await ask('/c?path=1');
    sockets[0]?.destroy();
    expect(await ask('/c?path=2')).toBe('/c?path=2');
    await sleep(20);
    expect(await ask('/c?path=3')).toBe('/c?path=3');
    expect(sockets).toHaveLength(2);
  });

  test('a connection that is closed at once is an error, and not tried for ever', async () => {
    const { ask, sockets } = await serve(({ socket }) => socket.destroy(), 2);
    expect(await settled(paths(4).map((path) => ask(path)))).toEqual(Array(4).fill('ECONNRESET'));
    expect(sockets).toHaveLength(4);
  });

  test('so is one question that ends every connection, whatever the others do', async () => {
    const { ask } = await serve((asked) => (asked.path === '/c?path=3' ? asked.socket.destroy() : answerAll(asked)), 2);
    const answers = await settled(paths(12).map((path) => ask(path)));
    expect(answers).toEqual(paths(12).map((path, index) => (index === 3 ? 'ECONNRESET' : path)));
  });

  test('a connection that cannot even be begun is an error of every question', async () => {
    const connect = () => {
      throw new Error('no certificate');
    };
    const { ask } = createHeadPipelines({ connect, maxConnections: 0, maxPipelines: 1 }, mark);
    const question = {
      path: '/c',
      host: 'docker',
      signal: new AbortController().signal,
      timeoutMs: 1000,
      timeoutError: () => new Error('silent'),
    };
    expect(await settled([ask(question), ask(question)])).toEqual(['no certificate', 'no certificate']);
  });

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(20_000)}`],
  ])('%s', async (_, bytes) => {
    const { ask } = await serve(({ socket }) => void socket.write(bytes));
    expect(await settled([ask('/c')])).toEqual(['HPE_INVALID_HEAD']);
  });

  test('a body, which an answer to HEAD cannot have, costs the connection and no answer', async () => {
    const { ask } = await serve(({ path, socket }) => void socket.write(`${head(path, 403)}{"message":"no"}\r\n\r\n`), 2);
    expect(await Promise.all(paths(9).map((path) => ask(path)))).toEqual(Array(9).fill(403));
  });

  test('an answer that nobody asked for costs the connection', async () => {
    const { ask, sockets } = await serve((asked) => void asked.socket.write(head(asked.path).repeat(2)));
    expect(await ask('/c?path=1')).toBe('/c?path=1');
    expect(await ask('/c?path=2')).toBe('/c?path=2');
    expect(sockets).toHaveLength(2);
  });
});

describe('out of step', () => {
  test('an answer that comes twice is that of one question alone, whenever it comes', async () => {
    for (const last of [0, 5, 11]) {
      const twice = `/c?path=${last}`;
      const { ask } = await serve(
        ({ path, socket }) => void socket.write(head(path, path === twice ? 404 : 200).repeat(path === twice ? 2 : 1)),
      );
      await ask('/c?path=first');
      const own = paths(12).map((path) => (path === twice ? 404 : path));
      expect(await Promise.all(paths(12).map((path) => ask(path)))).toEqual(own);
      expect(await Promise.all(paths(12).map((path) => ask(path)))).toEqual(own);
    }
  });

  test('then one question alone is under way on a connection, for good', async () => {
    let [underWay, most] = [0, 0];
    const { ask } = await serve(
      (asked) => {
        most = Math.max(most, ++underWay);
        setImmediate(() => {
          underWay--;
          answerAll(asked);
        });
      },
      1,
      (socket) => void setImmediate(() => socket.write(head('/no mark'))),
    );
    await ask('/c?path=first');
    expect(await Promise.all(paths(9).map((path) => ask(path)))).toEqual(paths(9));
    expect(most).toBe(9);
    most = 0;
    expect(await Promise.all(paths(9).map((path) => ask(path)))).toEqual(paths(9));
    expect(most).toBe(1);
  });

  test('whatever comes twice, or never, nothing gets the answer of another', async () => {
    const times = fc.array(fc.constantFrom(1, 1, 1, 1, 2, 3), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(times, fc.boolean(), fc.integer({ min: 1, max: 3 }), async (all, isLost, pipelines) => {
        // Not both in one run: what is lost would hide what comes twice.
        const timesOf = (path: string) => {
          const count = all[Number(path.split('=')[1])] ?? 1;
          return isLost && count > 1 ? 0 : count;
        };
        const { ask, close } = await serve(({ path, socket }) => void socket.write(head(path).repeat(timesOf(path))), pipelines);
        await ask('/c?path=first');
        const answers = await settled(paths(all.length).map((path) => ask(path, { timeoutMs: 30 })));
        for (const [index, answer] of answers.entries()) expect(['silent for 30 ms', `/c?path=${index}`]).toContain(answer);
        if (!isLost) expect(answers).toEqual(paths(all.length));
        close();
      }),
      { numRuns: 40 },
    );
  });

  test('a mark that is never answered costs time, and no answer', async () => {
    const { ask } = await serve(answerAll, 2, () => {});
    await ask('/c?path=first');
    expect(await Promise.all(paths(9).map((path) => ask(path, { timeoutMs: 50 })))).toEqual(paths(9));
  });
});

describe('waiting', () => {
  test('a silent container costs its own questions; those behind it are asked again', async () => {
    const stuck = new Set<number>();
    const { ask, sockets } = await serve((asked) => {
      if (asked.path.startsWith('/silent')) stuck.add(asked.connection);
      if (!stuck.has(asked.connection)) answerAll(asked);
    }, 1);
    await ask('/c?path=first', { timeoutMs: 80 });
    const asked = [...paths(3, '/silent'), ...paths(2)].map((path) => ask(path, { timeoutMs: 80 }));
    expect(await settled(asked)).toEqual([...Array(3).fill('silent for 80 ms'), ...paths(2)]);
    expect(sockets).toHaveLength(2);
  });

  test('many answers, each in its time, may take longer together', async () => {
    let last = Promise.resolve();
    const { ask } = await serve((asked) => {
      last = last.then(() => sleep(40)).then(() => answerAll(asked));
    }, 1);
    expect(await Promise.all(paths(8).map((path) => ask(path, { timeoutMs: 150 })))).toEqual(paths(8));
  });

  test('what waits for a connection does not count', async () => {
    const { ask } = await serve((asked) => void setTimeout(() => answerAll(asked), 60), 1);
    const all = Array.from({ length: 6 }, (_, index) => `/${index}?path=x`);
    expect(await Promise.all(all.map((path) => ask(path, { timeoutMs: 400 })))).toEqual(all);
  });

  test('a byte now and then is no answer', async () => {
    const { ask } = await serve(({ socket }) => {
      const timer = setInterval(() => socket.write('H'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await settled([ask('/c', { timeoutMs: 80 })])).toEqual(['silent for 80 ms']);
  });

  test('an abort ends what has the signal, under way or not; the others are asked again', async () => {
    const { ask, sockets } = await serve((asked) => asked.path.startsWith('/aborted') || answerAll(asked), 1);
    await ask('/c?path=first');
    const { signal, reason, abort } = abortable();
    const aborted = [...paths(3, '/aborted'), ...paths(30, '/aborted')].map((path) => ask(path, { signal }).catch((error) => error));
    const other = ask('/c?path=other');
    setTimeout(abort, 20);
    expect(new Set(await Promise.all(aborted))).toEqual(new Set([reason]));
    expect(await other).toBe('/c?path=other');
    expect(sockets).toHaveLength(2);
  });

  test('what is asked after the abort is not sent', async () => {
    const { ask, all } = await serve(answerAll);
    const { signal, reason, abort } = abortable();
    abort();
    await expect(ask('/c', { signal })).rejects.toBe(reason);
    expect(all).toEqual([]);
  });

  test('close ends what is under way, and what waits, and what is asked later', async () => {
    const { ask, close } = await serve(() => {}, 1);
    const asked = paths(3).map((path) => ask(path));
    setTimeout(close, 20);
    expect(await settled(asked)).toEqual(Array(3).fill('ECONNRESET'));
    expect(await settled([ask('/later')])).toEqual(['ECONNRESET']);
  });

  test('nothing stays behind on the signal', async () => {
    const { ask } = await serve(answerAll);
    const { signal } = new AbortController();
    await Promise.all(paths(20).map((path) => ask(path, { signal })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

function abortable() {
  const controller = new AbortController();
  const reason = new Error('enough');
  return { signal: controller.signal, reason, abort: () => controller.abort(reason) };
}
