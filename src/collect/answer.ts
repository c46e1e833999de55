import * as z from 'zod/mini';
import { CollectError } from '../model/errors.ts';

/** Takes an answer from outside only in the form it should have; `whose` begins the sentence that says otherwise. */
export function checkAnswer<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown, whose: string): z.output<Schema> {
  const result = z.safeParse(schema, answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new CollectError(`${whose} is not what it should be${place}: ${issue?.message ?? 'unknown form'}.`, { cause: result.error });
}
