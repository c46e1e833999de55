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

/**
 * One connection, on which a question goes out while others have no answer yet (RFC 9112, 9.3.2). Answers say nothing of their question:
 * were one of them doubled or lost on the way, all behind it would be taken for those of others. So what goes out together has the mark
 * behind it, of which the answer is like none of the others', and none is believed before that has come in its place.
 */
export interface HeadPipeline {
  /** How many went out and have no answer yet… */
  readonly underWay: () => number;
  /** …and what the last of them is about. */
  readonly lastAbout: () => string | undefined;
  /** Whether one more may go out. Until the first answer has come one alone is risked. */
  readonly isOpen: () => boolean;
  /** Takes up a question; `flush` sends what was taken up. */
  readonly take: (question: Question) => void;
  readonly flush: () => void;
  /** Takes a question back whose answer nobody waits for. */
  readonly takeBack: (question: Question) => void;
  readonly close: () => void;
}

/** What stands behind questions that go out together. */
export interface Mark extends Pick<Asked, 'path' | 'host'> {
  /** Whether a head is its answer, and so that of no question. */
  readonly isAnswer: (head: Head) => boolean;
}

export interface PipelineEvents {
  /** An answer has come: there is room for more. */
  readonly answered: () => void;
  /** The connection has ended, and these are to be asked again: it gave answers before, and reading twice does no harm. */
  readonly ended: (unanswered: readonly Question[]) => void;
  /** It ends because the answer to the mark was another, or none: what is at the other end is to be asked one thing at a time. */
  readonly lostStep: () => void;
}

/** More than there are of one container. */
const maxUnderWay = 16;

/** As many as node:http takes. */
const maxHeadCharacters = 16 * 1024;

/** Without a mark one question goes out at a time, and its answer is believed, as every client of HTTP does. */
export function openHeadPipeline(socket: Duplex, mark: Mark | null, { answered, ended, lostStep }: PipelineEvents): HeadPipeline {
  /** In the order in which they went out. */
  const underWay: (Question | Mark)[] = [];
  /** What was answered, and is to be believed when the mark is. */
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
    // Others come before the answer itself (RFC 9110, 15.2).
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

  /** The first has no answer. What else is about the same would have none either, and what is behind it is asked again. */
  function giveUp(): void {
    const silent = underWay[0];
    if (silent !== undefined && isQuestion(silent)) end(closedEarly(), silent.about);
    else loseStep();
  }

  function loseStep(): void {
    lostStep();
    end(closedEarly());
  }

  /** All that has no answer, or none that is believed, is asked again; but what is about the silent. */
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

const isQuestion = (asked: Question | Mark): asked is Question => 'about' in asked;

const lineOf = ({ path, host }: Question | Mark) => `HEAD ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

/** With the code by which Node says the same. */
export const closedEarly = () => Object.assign(new Error('The connection was closed before the answer'), { code: 'ECONNRESET' });

/** With a code like those of Node's own parser. */
const notHttp = () => Object.assign(new Error('What came is no head of an answer'), { code: 'HPE_INVALID_HEAD' });
