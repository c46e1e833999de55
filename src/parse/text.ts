const decoder = new TextDecoder('utf-8');

/** UTF-8 text; bytes that are none become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * A copy of a piece of a text. As long as the piece itself is held, V8 holds the whole text: of every database that was read. What is put
 * together V8 copies before it is cut, and much sooner than a Buffer is filled and read.
 */
export function ownText(piece: string): string {
  return `\n${piece}`.slice(1);
}

/** The lines of a text without their ends, `\n` or `\r\n`, one after another: no list of them all is made. */
export function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
  }
}

/**
 * A text up to the end of its last whole line, and what is behind that: nothing, in a file as its program wrote it. A file that was cut
 * ends anywhere, and what stands there may be the beginning of another name or version.
 */
export function splitUnended(text: string): readonly [whole: string, rest: string] {
  const end = text.lastIndexOf('\n') + 1;
  return [text.slice(0, end), text.slice(end)];
}

/** A crash can leave blocks of NULs where a text was to be: what is before them and what is behind do not belong together. */
export const nul = '\0';
