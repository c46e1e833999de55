import { ownText } from './text.ts';

/** What is remembered of one kind of database: the stanzas of some ten thousand packages. */
const maxCharacters = 8 * 1024 * 1024;

/** A longer part is hardly that of one package, and would push out many others. */
const maxPartCharacters = 64 * 1024;

/**
 * Reads a text part by part, as empty lines divide it. Images of one family have most of their packages in common, to the letter: of a part
 * that was read before, in whatever text, the same results are given again. So they follow from the part alone, and nobody changes them.
 */
export function readerOfParts<Result>(read: (part: string) => readonly Result[]): (text: string) => Generator<Result> {
  const known = new Map<string, readonly Result[]>();
  let characters = 0;

  function remember(part: string, results: readonly Result[]): void {
    if (part.length > maxPartCharacters) return;
    if (characters + part.length > maxCharacters) {
      known.clear();
      characters = 0;
    }
    characters += part.length;
    known.set(ownText(part), results);
  }

  return function* (text) {
    for (const part of partsOf(text)) {
      const earlier = known.get(part);
      const results = earlier ?? read(part);
      if (earlier === undefined) remember(part, results);
      yield* results;
    }
  };
}

function* partsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n\n', start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end);
    start = end + 2;
  }
}
