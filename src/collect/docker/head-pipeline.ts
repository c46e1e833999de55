import type { Duplex } from 'node:stream';
import type { Asked } from './exchange.ts';
import { type Head, headEnd, parseHead } from './head.ts';

/** A question that a head alone answers, and who waits for it. */
export interface Question extends Omit<Asked, 'signal'> {
  /** What it is asked of: of two that have the same an engine answers the second after the first, on whatever connections. */
  readonly about: string;
  readonly resolve: (head: Head) => void;
  readonly reject: (reason: unknown) => void;
}

/** One connection, on which a question goes out while others have no answer yet (RFC 9112, 9.3.2). */
export interface HeadPipeline {
  /** What went out and has no answer yet, in that order. */
  readonly underWay: readonly Question[];
  /** Whether one more may go out. Until the first answer has come one alone is risked. */
  readonly isOpen: () => boolean;
  /** Takes up a question; `flush` sends what was taken up. */
  readonly take: (question: Question) => void;
  readonly flush: () => void;
  /** Takes a question back whose answer nobody waits for. */
  readonly takeBack: (question: Question) => void;
  readonly close: () => void;
}

export interface PipelineEvents {
  /** An answer has come: there is room for more. */
  readonly answered: () => void;
  /** The connection has ended, and these are to be asked again: it gave answers before, and reading twice does no harm. */
  readonly ended: (unanswered: readonly Question[]) => void;
}

/** More than there are of one container. */
const maxUnderWay = 16;

/** As many as node:http takes. */
const maxHeadCharacters = 16 * 1024;

export function openHeadPipeline(socket: Duplex, { answered, ended }: PipelineEvents): HeadPipeline {
  const underWay: Question[] = [];
  let isProven = false;
  let hasEnded = false;
  let toSend = '';
  let received = '';
  let timer: NodeJS.Timeout | undefined;
  let reason: Error = closedEarly();
  socket
    .on('data', receive)
    .on('error', (error) => {
      reason = error;
    })
    .on('close', () => end(reason));

  function receive(chunk: Buffer): void {
    const heads = (received + chunk.toString('latin1')).split(headEnd);
    received = heads.pop() as string;
    for (const text of heads) if (!hasEnded) accept(text);
    if (received.length > maxHeadCharacters) end(notHttp());
    if (hasEnded) return;
    if (underWay.length === 0) clearTimeout(timer);
    answered();
  }

  function accept(text: string): void {
    const head = parseHead(text);
    if (head === null || underWay.length === 0) end(notHttp());
    // Others come before the answer itself (RFC 9110, 15.2).
    else if (head.status >= 200) {
      isProven = true;
      underWay.shift()?.resolve(head);
      timer?.refresh();
      if (head.isLast) end(closedEarly());
    }
  }

  /** The first has no answer. What else is about the same would have none either, and what is behind it is asked again. */
  function giveUp(): void {
    const silent = underWay[0]?.about;
    for (const question of underWay.splice(0)) {
      if (question.about === silent) question.reject(question.timeoutError(question.timeoutMs));
      else underWay.push(question);
    }
    end(closedEarly());
  }

  function end(why: Error): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    socket.destroy();
    const unanswered = underWay.splice(0);
    if (!isProven) for (const { reject } of unanswered) reject(why);
    ended(isProven ? unanswered : []);
  }

  return {
    underWay,
    isOpen: () => underWay.length === 0 || (isProven && underWay.length < maxUnderWay),
    take: (question) => {
      if (underWay.length === 0) timer = setTimeout(giveUp, question.timeoutMs).unref();
      underWay.push(question);
      toSend += `HEAD ${question.path} HTTP/1.1\r\nHost: ${question.host}\r\n\r\n`;
    },
    flush: () => {
      if (toSend !== '') socket.write(toSend, 'latin1');
      toSend = '';
    },
    takeBack: (question) => {
      const place = underWay.indexOf(question);
      if (place === -1) return;
      // Its answer would still come, and be taken for that of the next.
      underWay.splice(place, 1);
      end(closedEarly());
    },
    close: () => {
      isProven = false;
      end(closedEarly());
    },
  };
}

/** With the code by which Node says the same. */
export const closedEarly = () => Object.assign(new Error('The connection was closed before the answer'), { code: 'ECONNRESET' });

/** With a code like those of Node's own parser. */
const notHttp = () => Object.assign(new Error('What came is no head of an answer'), { code: 'HPE_INVALID_HEAD' });
