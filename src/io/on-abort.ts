type Stop = (reason: unknown) => void;

/** Who waits for a signal. */
interface Waiting {
  readonly stops: Set<Stop>;
  readonly leave: () => void;
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `stop` with the reason when the signal aborts; what is given ends that. One listener serves all that wait at a time: Node compares
 * each new one with all that are there, and warns when there are many.
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

/** What a promise gives; when the signal aborts before, its reason, and nobody waits for the rest. */
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
