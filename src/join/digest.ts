import { createHash } from 'node:crypto';
import type { Inventory } from '../model/inventory.ts';

/** How many items of a list become one string: a large list as a whole is longer than a string can be. */
const itemsAtOnce = 1000;

/** Only the timestamps of collecting differ between two runs over an unchanged fleet: the digest covers the rest. */
export function withDigest(inventory: Inventory): Inventory {
  const hash = createHash('sha256');
  const { generated: _, contentDigest: __, containers, ...rest } = inventory;
  for (const text of jsonOf(rest)) hash.update(text);
  for (const { scan, ...container } of containers) {
    const { collectedAt: ___, ...facts } = scan;
    hash.update(JSON.stringify([container, facts]));
  }
  return { ...inventory, contentDigest: `sha256:${hash.digest('hex')}` };
}

/** What JSON.stringify returns for an object, in pieces. */
function* jsonOf(value: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{';
  for (const [key, content] of Object.entries(value)) {
    yield `${before}${JSON.stringify(key)}:`;
    if (typeof content === 'object' && content !== null) yield* partsOf(content);
    else yield JSON.stringify(content);
    before = ',';
  }
  yield '}';
}

/** A list or an object, a batch of its items at a time. */
function* partsOf(content: object): Generator<string> {
  const isList = Array.isArray(content);
  const entries = Object.entries(content);
  yield isList ? '[' : '{';
  for (let start = 0; start < entries.length; start += itemsAtOnce) {
    const some = entries.slice(start, start + itemsAtOnce);
    const text = JSON.stringify(isList ? some.map(([, item]) => item) : Object.fromEntries(some));
    yield (start === 0 ? '' : ',') + text.slice(1, -1);
  }
  yield isList ? ']' : '}';
}
