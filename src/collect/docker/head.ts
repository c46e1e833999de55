/** The head of an answer. */
export interface Head {
  readonly status: number;
  /** The text after the status, for people; '' if there is none. */
  readonly reason: string;
  /** The value of the first header with this name, which must be in lower case; null if there is none. */
  readonly header: (name: string) => string | null;
  /** Whether the connection ends after this answer. */
  readonly isLast: boolean;
}

/** Ends a head. */
export const headEnd = '\r\n\r\n';

/** Parses what precedes `headEnd` as the head of an HTTP/1.x answer (RFC 9112, 4); null if it is not one. */
export function parseHead(text: string): Head | null {
  const [start, minor, status, reason = ''] = /^HTTP\/1\.(\d) (\d{3})(?: ([^\r\n]*))?(?=\r\n|$)/.exec(text) ?? [];
  if (start === undefined) return null;
  const header = (name: string) => headerOf(text, name);
  return { status: Number(status), reason, header, isLast: minor === '0' || isClosing(text) };
}

/** Searched only on request: most answers are a 404, whose headers are not used. */
function headerOf(text: string, name: string): string | null {
  const start = `${name}:`;
  const line = text.split('\r\n').find((each) => each.slice(0, start.length).toLowerCase() === start);
  return line === undefined ? null : line.slice(start.length).trim();
}

const isClosing = (text: string) => /\r\nconnection:[^\r\n]*\bclose\b/i.test(text);
