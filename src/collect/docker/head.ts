/** The head of an answer. */
export interface Head {
  readonly status: number;
  /** What stands behind the status, for people; '' where nothing does. */
  readonly reason: string;
  /** The value of the first header of a name, which is given in lower case; null where there is none. */
  readonly header: (name: string) => string | null;
  /** Whether the connection ends with this answer. */
  readonly isLast: boolean;
}

/** Behind a head. */
export const headEnd = '\r\n\r\n';

/** What stands before `headEnd`, read as the head of an answer by HTTP/1.x (RFC 9112, 4); null where it is none. */
export function parseHead(text: string): Head | null {
  const [start, minor, status, reason = ''] = /^HTTP\/1\.(\d) (\d{3})(?: ([^\r\n]*))?(?=\r\n|$)/.exec(text) ?? [];
  if (start === undefined) return null;
  const header = (name: string) => headerOf(text, name);
  return { status: Number(status), reason, header, isLast: minor === '0' || isClosing(text) };
}

/** Looked for where it is asked for: most answers are a 404, of which nobody asks. */
function headerOf(text: string, name: string): string | null {
  const start = `${name}:`;
  const line = text.split('\r\n').find((each) => each.slice(0, start.length).toLowerCase() === start);
  return line === undefined ? null : line.slice(start.length).trim();
}

const isClosing = (text: string) => /\r\nconnection:[^\r\n]*\bclose\b/i.test(text);
