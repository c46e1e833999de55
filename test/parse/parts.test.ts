import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readerOfParts } from '../../src/parse/parts.ts';

/** A reader that gives each part as it is, and what it has read so far. */
function watched() {
  const seen: string[] = [];
  const read = readerOfParts((part) => {
    seen.push(part);
    return [{ part }];
  });
  return { seen, read: (text: string) => [...read(text)] };
}

describe('reading by parts', () => {
  it('divides a text where a line is empty', () => {
    const { read } = watched();
    expect(read('a\nb\n\nc\n').map(({ part }) => part)).toEqual(['a\nb', 'c\n']);
    expect(read('')).toEqual([]);
    expect(read('a\n \nb')).toEqual([{ part: 'a\n \nb' }]);
  });

  it('loses and adds nothing, however often it has read', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\n', '\n\n', '\r\n', ' '), { maxLength: 20 }).map((pieces) => pieces.join(''));
    const { read } = watched();
    fc.assert(
      fc.property(text, (written) => {
        const joined = read(written)
          .map(({ part }) => part)
          .join('\n\n');
        expect([joined, `${joined}\n\n`]).toContain(written);
      }),
    );
  });

  it('reads a part once, in whatever text it comes', () => {
    const { seen, read } = watched();
    const [first] = read('a\n\nb');
    expect(read('c\n\na')[1]).toBe(first);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('forgets what it has read, and no result, when that has become too much', () => {
    const { seen, read } = watched();
    const parts = Array.from({ length: 200 }, (_, index) => String(index).padEnd(60_000, '.'));
    for (let round = 1; round <= 2; round++) expect(read(parts.join('\n\n')).map(({ part }) => part)).toEqual(parts);
    expect(seen.length).toBeGreaterThan(parts.length);
  });

  it('does not remember what is too long for a package', () => {
    const { seen, read } = watched();
    const long = '.'.repeat(70_000);
    expect(read(`${long}\n\n${long}`)).toHaveLength(2);
    expect(seen).toEqual([long, long]);
  });
});
