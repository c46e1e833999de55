import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import inventorySchema from '../../../schemas/inventory.schema.json' with { type: 'json' };
import { compileSchema, type Schema } from '../../../src/cli/input/json-schema.ts';
import { Inventory } from '../../../src/model/inventory.ts';
import { inventory } from '../../format/reports.ts';

const check = compileSchema(inventorySchema as Schema);

type Path = readonly (string | number)[];

/** The place of everything in a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, below]) => pathsOf(below, [...path, Array.isArray(value) ? Number(key) : key]))];
}

/** A copy with another value there; with none, where undefined is given. */
function changed(value: unknown, [step, ...rest]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const below = changed(copy[step], rest, other);
  if (below === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = below ?? null;
  return copy;
}

describe('the check of an inventory', () => {
  test('takes one, also with more keys than it knows', () => {
    expect(check(inventory)).toBeNull();
    expect(check({ ...inventory, more: 1 })).toBeNull();
  });

  test('takes no key that it does not know and that is deeper than could be written again', () => {
    const nested = (levels: number) => JSON.parse(`${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`);
    expect(check({ ...inventory, more: nested(100) })).toBeNull();
    expect(check({ ...inventory, more: nested(102) })).toEqual({ path: ['more'], expected: 'no more than 100 levels deep' });
    expect(check({ ...inventory, packages: [{ ...inventory.packages[0], more: nested(20_000) }] })?.path).toEqual(['packages', 0, 'more']);
  });

  test('says of any other what zod says of it', () => {
    const paths = pathsOf(inventory);
    const others = fc.constantFrom(undefined, null, '', 'read', 'deb', 0, -1, 1.5, 2 ** 60, true, [], ['x'], [1], {}, { x: 'y' });
    const accepted = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...paths), others, (path, other) => {
        const value = JSON.parse(JSON.stringify(changed(inventory, path, other) ?? null));
        const isRight = Inventory.safeParse(value).success;
        accepted[isRight ? 'yes' : 'no']++;
        expect(check(value) === null).toBe(isRight);
      }),
      { numRuns: 3000 },
    );
    expect(accepted.yes).toBeGreaterThan(50);
    expect(accepted.no).toBeGreaterThan(50);
  });

  test('names the place, and what should be there', () => {
    expect(check({ ...inventory, packageSets: { a: [1, 'b'] } })).toEqual({ path: ['packageSets', 'a', 1], expected: 'a whole number' });
    expect(check(changed(inventory, ['containers', 0, 'team', 'status'], 'lost'))).toEqual({
      path: ['containers', 0, 'team', 'status'],
      expected: 'one of owned, unowned, unknown',
    });
    expect(check(changed(inventory, ['containers', 0, 'image'], 'x'))?.path).toEqual(['containers', 0, 'image']);
  });
});

test('what a schema may say and the check does not know is refused', () => {
  const known = z.object({ name: z.string(), more: z.optional(z.boolean()) });
  expect(compileSchema(z.toJSONSchema(known, { io: 'input' }) as Schema)({ name: 'x' })).toBeNull();
  expect(() => compileSchema(z.toJSONSchema(z.string().check(z.minLength(1))) as Schema)).toThrow('minLength');
  expect(() => compileSchema({ type: 'number' })).toThrow('number');
});
