/** What others wrote, in one line of no more than so many characters: the end of a longer one is left out, and that is seen. */
export function inOneLine(text: string, maxCharacters: number): string {
  const line = text
    .slice(0, 2 * maxCharacters)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > maxCharacters || text.length > 2 * maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}
