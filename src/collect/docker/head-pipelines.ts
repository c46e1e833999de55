import { onAbort } from '../../io/on-abort.ts';
import type { Connector } from './connector.ts';
import type { Asked } from './exchange.ts';
import type { Head } from './head.ts';
import { closedEarly, type HeadPipeline, type Mark, openHeadPipeline, type Question } from './head-pipeline.ts';

/**
 * HEAD requests, many in flight at a time. A report sends a dozen for each container: a distant engine answers them in the time of one, and
 * node:http takes five times as long for each. No maintained client does this: node:http and undici wait for the answer, and undici then
 * closes the connection.
 */
export interface HeadPipelines {
  /** The head, whatever the status. Rejects with a connection error, or with the reason of the signal as it is. */
  readonly ask: (asked: Asked) => Promise<Head>;
  /** Ends the connections, and the requests in flight. */
  readonly close: () => void;
}

export function createHeadPipelines({ connect, maxPipelines }: Connector, mark: Mark): HeadPipelines {
  const pipelines = new Set<HeadPipeline>();
  let isInStep = true;
  let waiting: Question[] = [];
  let isDispatchDue = false;
  let isClosed = false;

  /** Requests from one turn of the event loop are sent together. */
  function dispatchSoon(): void {
    if (isDispatchDue) return;
    isDispatchDue = true;
    setImmediate(() => {
      isDispatchDue = false;
      waiting = waiting.filter((question) => !isTaken(question));
      for (const { flush } of pipelines) flush();
    });
  }

  function isTaken(question: Question): boolean {
    try {
      const pipeline = choose(question);
      pipeline?.take(question);
      return pipeline !== undefined;
    } catch (error) {
      // No connection can be made at all, for example because of an invalid certificate.
      question.reject(error);
      return true;
    }
  }

  /** The pipeline whose last question is about the same; else an idle one, a new one, or the least busy one. */
  function choose({ about }: Question): HeadPipeline | undefined {
    let best: HeadPipeline | undefined;
    for (const pipeline of pipelines) {
      const { underWay, lastAbout, isOpen } = pipeline;
      if (!isOpen()) continue;
      if (lastAbout() === about) return pipeline;
      if (best === undefined || underWay() < best.underWay()) best = pipeline;
    }
    return best?.underWay() !== 0 && pipelines.size < maxPipelines ? add() : best;
  }

  function add(): HeadPipeline {
    const pipeline = openHeadPipeline(connect(), isInStep ? mark : null, {
      answered: dispatchSoon,
      ended: (unanswered) => {
        pipelines.delete(pipeline);
        waiting.unshift(...unanswered);
        dispatchSoon();
      },
      lostStep: () => {
        isInStep = false;
      },
    });
    pipelines.add(pipeline);
    return pipeline;
  }

  return {
    ask: ({ signal, ...asked }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (isClosed) throw closedEarly();
        if (/[^\x21-\x7e]/.test(asked.path + asked.host)) throw new TypeError(`A request cannot have these characters: ${asked.path}`);
        const leave = onAbort(signal, stop);
        const question: Question = {
          ...asked,
          about: asked.path.split('?', 1)[0] as string,
          resolve: (head) => {
            leave();
            resolve(head);
          },
          reject: (reason) => {
            leave();
            reject(reason);
          },
        };
        function stop(reason: unknown) {
          waiting = waiting.filter((other) => other !== question);
          for (const { takeBack } of pipelines) takeBack(question);
          reject(reason);
        }
        waiting.push(question);
        dispatchSoon();
      }),
    close: () => {
      isClosed = true;
      for (const { close } of pipelines) close();
      for (const { reject } of waiting.splice(0)) reject(closedEarly());
    },
  };
}
