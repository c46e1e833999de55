/**
 * Whether a connection was cut, by the other side or on the way: whoever reads is told the one, and whoever writes either, a request on a
 * connection that was kept and closed meanwhile, say.
 */
export function isCut(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
