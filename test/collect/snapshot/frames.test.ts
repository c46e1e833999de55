import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesOf, lastWholeIn } from '../../../src/collect/snapshot/frames.ts';

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 20_000 }).map((bytes) => Buffer.from(bytes));
const [first, second] = [Buffer.alloc(10_000, 'first'), Buffer.alloc(10_000, 'second')];
const whole = (lines: readonly string[]) => lastWholeIn(lines.join('')).bytes?.toString() ?? null;

describe('bytes as lines of a log', () => {
  test('come back as they were, however many there are', () => {
    fc.assert(
      fc.property(someBytes, (bytes) => {
        expect(lastWholeIn(framesOf(bytes).join('')).bytes).toEqual(bytes);
      }),
    );
  });

  test('are lines that no engine breaks', () => {
    for (const line of framesOf(Buffer.alloc(100_000))) expect([line.length < 8192, line.endsWith('\n')]).toEqual([true, true]);
  });

  test('of several the last counts', () => {
    expect(whole([...framesOf(first), ...framesOf(second)])).toBe(second.toString());
  });

  test.each([
    ['its last line is on its way', (lines: string[]) => lines.slice(0, -1)],
    ['a line was cut', (lines: string[]) => [...lines.slice(0, -1), (lines.at(-1) as string).slice(0, -20)]],
    ['a line is missing', (lines: string[]) => lines.toSpliced(1, 1)],
    ['a line is another', (lines: string[]) => lines.with(1, (lines[1] as string).replace(/ \S{4}/, ' AAAA'))],
    ['a line came twice', (lines: string[]) => lines.toSpliced(1, 0, lines[1] as string)],
    ['two lines changed places', (lines: string[]) => lines.toSpliced(0, 2, lines[1] as string, lines[0] as string)],
    ['its beginning was lost with an older file', (lines: string[]) => lines.slice(1)],
  ])('the one before counts when %s', (_, damage) => {
    expect(whole([...framesOf(first), ...damage(framesOf(second))])).toBe(first.toString());
  });

  test('other lines between them are passed over', () => {
    const lines = framesOf(first).flatMap((line) => ['(node:1) Warning: something\n', line, '\n']);
    expect(whole(lines)).toBe(first.toString());
  });

  test('whatever is cut out of a log, what is found is one of those that were written', () => {
    const log = [first, second, first].flatMap(framesOf).join('');
    const cut = fc.tuple(fc.nat(log.length), fc.nat(log.length)).map(([a, b]) => log.slice(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(cut, (part) => {
        expect([null, first.toString(), second.toString()]).toContain(whole([part]));
      }),
    );
  });

  test('where none is whole the lines say how much of the log is needed', () => {
    expect(lastWholeIn(framesOf(first).slice(1).join('')).linesNeeded).toBeGreaterThanOrEqual(2 * framesOf(first).length);
    expect(lastWholeIn('nothing of ours\n').linesNeeded).toBeNull();
    expect(lastWholeIn('').linesNeeded).toBeNull();
  });

  test('a hundred thousand lines of others take no time to speak of', () => {
    expect(lastWholeIn('supercargo/1 '.repeat(100_000).replaceAll(' ', ' \n')).bytes).toBeNull();
  });
});
