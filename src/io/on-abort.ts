type Stop = (reason: unknown) => void;

/** What waits for a signal. */
interface Waiting {
  readonly stops: Set<Stop>;
  readonly leave: () => void;
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `stop` with the reason when the signal aborts. The returned function cancels this. All callbacks share one listener, because Node
 * compares each new listener with all existing ones, and warns when there are many.
 */
export function onAbort(signal: AbortSignal, stop: Stop): () => void {
  const { stops, leave } = waitingFor.get(signal) ?? listen(signal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size === 0) leave();
  };
}

function listen(signal: AbortSignal): Waiting {
  const stops = new Set<Stop>();
  const stopAll = () => {
    for (const stop of stops) stop(signal.reason);
  };
  const leave = () => {
    signal.removeEventListener('abort', stopAll);
    waitingFor.delete(signal);
  };
  const waiting = { stops, leave };
  waitingFor.set(signal, waiting);
  signal.addEventListener('abort', stopAll, { once: true });
  return waiting;
}

/** Resolves as `result` does. If the signal aborts first, rejects with its reason, and `result` is no longer awaited. */
export async function unlessAborted<Result>(signal: AbortSignal, result: Promise<Result>): Promise<Result> {
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else leave = onAbort(signal, reject);
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    leave();
  }
}
