const decoder = new TextDecoder('utf-8');

/** UTF-8 text; invalid bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * A copy of a piece of a text. V8 would keep the whole text as long as the piece itself is held: that of every database that was read. V8
 * copies a concatenation before slicing it, which is much faster than filling and reading a Buffer.
 */
export function ownText(piece: string): string {
  return `\n${piece}`.slice(1);
}

/** The lines of a text without their endings, `\n` or `\r\n`, one at a time: no list of them all is made. */
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
 * A text up to the end of its last complete line, and the rest, which is empty in a file as its program wrote it. A file that was cut off
 * can end anywhere, and what it ends with may be the beginning of another name or version.
 */
export function splitUnended(text: string): readonly [whole: string, rest: string] {
  const end = text.lastIndexOf('\n') + 1;
  return [text.slice(0, end), text.slice(end)];
}

/** A crash can leave blocks of NULs in place of text: what comes before them and what comes after do not belong together. */
export const nul = '\0';
