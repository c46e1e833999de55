import * as z from 'zod/mini';
import { longestTimer } from '../io/longest-timer.ts';
import { CollectError } from '../model/errors.ts';
import { inOneLine } from '../text/one-line.ts';

/**
 * The whole time allowed for an answer, in multiples of the longest silence allowed: ten minutes by default. A server that sends a byte now
 * and then would never be silent, and never finish.
 */
export const longestAnswer = 20;

/** The longest that a whole answer may take, given the longest silence; both in milliseconds. */
export const wholeTimeOf = (longestSilence: number) => Math.min(longestSilence * longestAnswer, longestTimer);

/** A key may be as long as the whole answer, and the place is shown to the user. */
const maxPlaceCharacters = 200;

/** Accepts an outside answer only if it has the expected form. `whose` starts the error message. */
export function checkAnswer<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown, whose: string): z.output<Schema> {
  const result = z.safeParse(schema, answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.length ? ` at ${inOneLine(issue.path.join('.'), maxPlaceCharacters)}` : '';
  throw new CollectError(`${whose} is not what it should be${place}: ${issue?.message ?? 'unknown form'}.`, { cause: result.error });
}

/** A list that is checked item by item, up to the first wrong one: zod reports every one, and 64 MiB can hold millions. */
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

/** Whether a value maps keys to strings, as labels do. It is then used as it is: zod would drop the key `__proto__`. */
export function isPairs(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if (typeof (value as Record<string, unknown>)[key] !== 'string') return false;
  return true;
}
