import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answerOf, bytesOf } from './answer.ts';

/** What goes over the wire in place of an answer. */
export type Step =
  | { readonly send: Buffer }
  | { readonly wait: number }
  /** Nothing comes any more: the connection is ended, torn down, or kept and silent. */
  | { readonly last: 'end' | 'reset' | 'silence' };

/** What to send for a request, named by its line, in place of its answer; null for the answer as it is. */
export type Disturb = (line: string, answer: Answer) => readonly Step[] | null;

export interface FaultyServer {
  readonly address: string;
  readonly close: () => void;
}

/** The answers of a server by the lines of the requests: one that always says the same need not be asked twice. */
export interface Recorded {
  readonly of: (line: string) => Promise<Answer>;
  readonly lines: () => readonly string[];
}

export function record(address: string): Recorded {
  const answers = new Map<string, Promise<Answer>>();
  const ask = async (line: string): Promise<Answer> => {
    const [host = '', port] = address.split(':');
    const socket = connect(Number(port), host);
    socket.end(`${line} HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n`);
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part);
    return answerOf(Buffer.concat(parts), line.split(' ')[0] as string);
  };
  const of = (line: string) => {
    const answer = answers.get(line) ?? ask(line);
    answers.set(line, answer);
    return answer;
  };
  return { of, lines: () => [...answers.keys()].sort() };
}

/** Serves what was recorded, byte by byte, and disturbed where it is to be. */
export async function serveFaulty(recorded: Recorded, disturb: Disturb): Promise<FaultyServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever asked may go away at any time: that is its right.
    socket.on('error', () => {});
    answerAll(socket, recorded, disturb);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function answerAll(socket: Socket, recorded: Recorded, disturb: Disturb): void {
  let received = '';
  let turn = Promise.resolve();
  socket.on('data', (data) => {
    received += data.toString('latin1');
    for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
      const line = received.slice(0, received.indexOf(' HTTP/'));
      received = received.slice(end + 4);
      turn = turn.then(async () => {
        const answer = await recorded.of(line);
        await play(socket, disturb(line, answer) ?? [{ send: bytesOf(answer) }]);
      });
    }
  });
}

async function play(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if ('send' in step) socket.write(step.send);
    else if ('wait' in step) await sleep(step.wait);
    else if (step.last === 'end') socket.end();
    else if (step.last === 'reset') socket.resetAndDestroy();
    // Not by `once`, which rejects where the socket has an error before it closes.
    else await new Promise((closed) => socket.once('close', closed));
  }
}
