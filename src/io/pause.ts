import { setTimeout as sleep } from 'node:timers/promises';

/** Waits. When the signal aborts, its reason is thrown as it is: Node would throw an error of its own. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
