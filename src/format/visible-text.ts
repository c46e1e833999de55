/**
 * What must not reach a terminal or a page as it is: controls (escape sequences begin with them), format characters (they turn
 * the direction of text, CVE-2021-42574, or have no width), line and paragraph separators, lone surrogates; and what else is
 * shown as nothing at all (Default_Ignorable_Code_Point: fillers, a joiner, places kept for more of them), so that two names
 * could look alike. Selectors of a variant stay: emoji have them.
 */
const hidden =
  /[\u034f\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0\ufff0-\ufff8\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/gu;

/** Text from outside, for people: what is hidden in it is shown as `\u{1b}`. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/**
 * JSON text of a value: every string keeps its true value, and nothing in the text acts on a terminal. Half a surrogate pair is
 * no text, and jq 1.6 stops at it: U+FFFD stands for it.
 */
export function jsonText(value: unknown): string {
  return withoutHalves(JSON.stringify(value)).replace(hidden, (character) => character.split('').map(escapeUnit).join(''));
}

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON.stringify writes whole pairs as they are, and halves as escapes. */
function withoutHalves(json: string): string {
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
