/**
 * Whether a text fits a pattern, as a whole: `*` stands for any characters, none included, and `?` for one. Other than in
 * the paths of a shell, `*` goes across slashes: images and workloads have some. Time is bounded by the product of both
 * lengths, whatever a stranger put into the text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where the last star stood, and how much of the text it takes so far.
  let [star, taken] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      [star, taken] = [p++, t];
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++taken;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
