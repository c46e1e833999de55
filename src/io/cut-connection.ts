/**
 * Whether a connection was cut, by the other side or in between. A reader gets ECONNRESET; a writer gets either code, for example for a
 * request on a kept-alive connection that was closed meanwhile.
 */
export function isCut(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
