/** Text from outside in one line of at most that many characters: a longer one is cut, and ends with `…`. */
export function inOneLine(text: string, maxCharacters: number): string {
  const line = text
    .slice(0, 2 * maxCharacters)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > maxCharacters || text.length > 2 * maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}
