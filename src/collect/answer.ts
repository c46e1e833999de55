import * as z from 'zod/mini';
import { longestTimer } from '../io/longest-timer.ts';
import { CollectError } from '../model/errors.ts';
import { inOneLine } from '../text/one-line.ts';

/**
 * An answer may take so many times the longest silence in all: ten minutes, where nothing else is asked for. What sends a byte now and
 * then would never be silent, and never done.
 */
export const longestAnswer = 20;

/** The longest that an answer may take as a whole, where so many milliseconds are the longest silence. */
export const wholeTimeOf = (longestSilence: number) => Math.min(longestSilence * longestAnswer, longestTimer);

/** A key may be as long as the whole answer, and is said to a person. */
const maxPlaceCharacters = 200;

/** Takes an answer from outside only in the form it should have; `whose` begins the sentence that says otherwise. */
export function checkAnswer<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown, whose: string): z.output<Schema> {
  const result = z.safeParse(schema, answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.length ? ` at ${inOneLine(issue.path.join('.'), maxPlaceCharacters)}` : '';
  throw new CollectError(`${whose} is not what it should be${place}: ${issue?.message ?? 'unknown form'}.`, { cause: result.error });
}

/** A list that is checked item by item, up to the first that is wrong: zod tells of every one, and of 64 MiB there are millions. */
export function listOf<Item extends z.ZodMiniType>(schema: Item) {
  return z.pipe(
    z.array(z.unknown()),
    z.transform((values, { issues }) => {
      const items: z.output<Item>[] = [];
      for (const [index, input] of values.entries()) {
        const result = z.safeParse(schema, input);
        if (result.success) items.push(result.data);
        else {
          const [issue] = result.error.issues;
          issues.push({ code: 'custom', message: issue?.message ?? '', input, path: [index, ...(issue?.path ?? [])] });
          break;
        }
      }
      return items;
    }),
  );
}

/** Labels and the like, which are then taken as they are: zod leaves out what is called `__proto__`. */
export function isPairs(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if (typeof (value as Record<string, unknown>)[key] !== 'string') return false;
  return true;
}
