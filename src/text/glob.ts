/**
 * Whether a whole text matches a pattern: `*` stands for any characters or none, `?` for exactly one. Unlike in shell paths,
 * `*` matches slashes too, since images and workloads have them. Time is bounded by the product of both lengths, whatever
 * a stranger put into the text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where the last star was, and where in the text its match ends so far.
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
