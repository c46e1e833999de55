import type { Duplex } from 'node:stream';
import type { Asked } from './exchange.ts';
import { type Head, headEnd, parseHead } from './head.ts';

/** A HEAD request, and the callbacks that wait for its answer. */
export interface Question extends Omit<Asked, 'signal'> {
  /** What it asks about. Of two questions about the same, an engine answers the second after the first, even on other connections. */
  readonly about: string;
  readonly resolve: (head: Head) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * A connection on which questions are sent while others are still unanswered (RFC 9112, 9.3.2). Answers do not name their question: if one
 * were doubled or lost on the way, every later answer would go to the wrong question. So each batch ends with the mark, whose answer
 * differs from all others, and no answer is believed until that of the mark has arrived in its place.
 */
export interface HeadPipeline {
  /** How many were sent and have no answer yet… */
  readonly underWay: () => number;
  /** …and what the last of them is about. */
  readonly lastAbout: () => string | undefined;
  /** Whether one more may be sent. Until the first answer has arrived, only one is risked. */
  readonly isOpen: () => boolean;
  /** Accepts a question; `flush` sends what was accepted. */
  readonly take: (question: Question) => void;
  readonly flush: () => void;
  /** Withdraws a question whose answer is no longer needed. */
  readonly takeBack: (question: Question) => void;
  readonly close: () => void;
}

/** Sent after questions that go out together. */
export interface Mark extends Pick<Asked, 'path' | 'host'> {
  /** Whether a head is the answer to the mark, and so to no question. */
  readonly isAnswer: (head: Head) => boolean;
}

export interface PipelineEvents {
  /** An answer has arrived: there is room for more. */
  readonly answered: () => void;
  /** The connection has ended, and these must be asked again: it gave answers before, and reading twice does no harm. */
  readonly ended: (unanswered: readonly Question[]) => void;
  /** The connection ends because the answer to the mark was wrong or missing: the other end must be asked one thing at a time. */
  readonly lostStep: () => void;
}

/** More than there are for one container. */
const maxUnderWay = 16;

/** The same limit as node:http has. */
const maxHeadCharacters = 16 * 1024;

/** Without a mark, one question is sent at a time, and its answer is believed, as in every HTTP client. */
export function openHeadPipeline(socket: Duplex, mark: Mark | null, { answered, ended, lostStep }: PipelineEvents): HeadPipeline {
  /** In the order of sending. */
  const underWay: (Question | Mark)[] = [];
  /** Answers that will be believed when the mark is. */
  let held: { readonly question: Question; readonly head: Head }[] = [];
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
    // Interim answers come before the real one (RFC 9110, 15.2).
    else if (head.status >= 200) {
      timer?.refresh();
      settle(underWay.shift() as Question | Mark, head);
      if (head.isLast) end(closedEarly());
    }
  }

  function settle(asked: Question | Mark, head: Head): void {
    if (!isQuestion(asked)) believeIf(asked.isAnswer(head));
    else if (isProven && mark !== null) held.push({ question: asked, head });
    else {
      isProven = true;
      asked.resolve(head);
    }
  }

  function believeIf(isInStep: boolean): void {
    if (isInStep) for (const { question, head } of held.splice(0)) question.resolve(head);
    else loseStep();
  }

  /** The first question got no answer. Others about the same would get none either; the rest is asked again. */
  function giveUp(): void {
    const silent = underWay[0];
    if (silent !== undefined && isQuestion(silent)) end(closedEarly(), silent.about);
    else loseStep();
  }

  function loseStep(): void {
    lostStep();
    end(closedEarly());
  }

  /** Everything without a believed answer is asked again, except what is about `silent`. */
  function end(why: Error, silent?: string): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    socket.destroy();
    const again: Question[] = [];
    for (const question of [...held.map(({ question }) => question), ...underWay.filter(isQuestion)]) {
      if (question.about === silent) question.reject(question.timeoutError(question.timeoutMs));
      else if (isProven) again.push(question);
      else question.reject(why);
    }
    held = [];
    underWay.length = 0;
    ended(again);
  }

  return {
    underWay: () => underWay.length,
    lastAbout: () => underWay.findLast(isQuestion)?.about,
    isOpen: () => underWay.length === 0 || (isProven && mark !== null && underWay.length < maxUnderWay),
    take: (question) => {
      if (underWay.length === 0) timer = setTimeout(giveUp, question.timeoutMs).unref();
      underWay.push(question);
      toSend += lineOf(question);
    },
    flush: () => {
      if (toSend === '') return;
      if (isProven && mark !== null) {
        toSend += lineOf(mark);
        underWay.push(mark);
      }
      socket.write(toSend, 'latin1');
      toSend = '';
    },
    takeBack: (question) => {
      held = held.filter((answered) => answered.question !== question);
      const place = underWay.indexOf(question);
      if (place === -1) return;
      // Its answer would still arrive, and be taken for that of the next one.
      underWay.splice(place, 1);
      end(closedEarly());
    },
    close: () => {
      isProven = false;
      end(closedEarly());
    },
  };
}

const isQuestion = (asked: Question | Mark): asked is Question => 'about' in asked;

const lineOf = ({ path, host }: Question | Mark) => `HEAD ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

/** With the code that Node uses for this. */
export const closedEarly = () => Object.assign(new Error('The connection was closed before the answer'), { code: 'ECONNRESET' });

/** With a code like those of Node's own parser. */
const notHttp = () => Object.assign(new Error('What came is no head of an answer'), { code: 'HPE_INVALID_HEAD' });
