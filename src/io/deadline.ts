/** A signal that aborts when another one does, or after `timeout` milliseconds. */
export function endingWithin(timeout: number, signal: AbortSignal): AbortSignal {
  const deadline = new AbortController();
  // Not AbortSignal.timeout: AbortSignal.any does not keep its sources alive, so that one could be garbage-collected before it fires.
  setTimeout(() => deadline.abort(new DOMException('The run took too long (--timeout)', 'TimeoutError')), timeout).unref();
  return AbortSignal.any([signal, deadline.signal]);
}

/** Whether the run was ended by its timeout rather than by the user. Then only what was not read by that time is lost. */
export const isOutOfTime = ({ aborted, reason }: AbortSignal) => aborted && (reason as Error | undefined)?.name === 'TimeoutError';
