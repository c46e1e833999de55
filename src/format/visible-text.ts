/**
 * What must not reach a terminal or a page as it is: controls (escape sequences begin with them), format characters (they change the
 * direction of text, CVE-2021-42574, or have no width), line and paragraph separators, lone surrogates, and all else that is invisible,
 * even letters, such as the Hangul fillers.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Text from outside, for people: hidden characters are shown as `\u{1b}`. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/**
 * JSON text of a value: every string keeps its true value, and nothing in the text acts on a terminal. Half a surrogate pair is not text,
 * and jq 1.6 stops at it: U+FFFD replaces it.
 */
export function jsonText(value: unknown): string {
  return withoutHalves(JSON.stringify(value)).replace(hidden, (character) => character.split('').map(escapeUnit).join(''));
}

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON.stringify writes whole pairs literally, and halves as escapes. */
function withoutHalves(json: string): string {
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
