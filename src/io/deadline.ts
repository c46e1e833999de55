/** A signal that is aborted with another one, or when so many milliseconds have passed. */
export function endingWithin(timeout: number, signal: AbortSignal): AbortSignal {
  const deadline = new AbortController();
  // No AbortSignal.timeout: of those that AbortSignal.any has, nothing else holds it, and it may be collected before its time.
  setTimeout(() => deadline.abort(new DOMException('The run took too long (--timeout)', 'TimeoutError')), timeout).unref();
  return AbortSignal.any([signal, deadline.signal]);
}

/** Whether it was the time of the run that ended it, and not the user: that costs what was not read until then, and nothing else. */
export const isOutOfTime = ({ aborted, reason }: AbortSignal) => aborted && (reason as Error | undefined)?.name === 'TimeoutError';
