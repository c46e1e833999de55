import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, compareWithCondition, versionOrders } from '../../src/version/version-order.ts';
import { anyVersion, nearMisses } from './arbitraries.ts';
import { ownOrders } from './own-orders.ts';

describe('compareVersions', () => {
  it('orders by the rules of the ecosystem', () => {
    expect(compareVersions('alpm', '1.0rc1', '1.0')).toBe(-1);
    expect(compareVersions('apk', '1.0_rc1', '1.0')).toBe(-1);
    expect(compareVersions('deb', '1.0_rc1', '1.0')).toBe(1);
    expect(compareVersions('rpm', '1.0^', '1.0')).toBe(1);
  });
});

describe('compareWithCondition', () => {
  it.each([
    ['rpm', '3.0.7-27.el9', '3.0.7', 0],
    ['rpm', '1:3.0.7-27.el9', '3.0.7', 1],
    ['rpm', '3.0.7-27.el9', '3.0.7-1', 1],
    ['rpm', '3.0.7', '3.0.7-1', -1],
    ['rpm', '3.0.8-1', '3.0.7', 1],
    ['alpm', '3.4.0-1', '3.4.0', 0],
    ['alpm', '3.4.0-2', '3.4.0-1', 1],
    ['alpm', '3.4.0rc1-2', '3.4.0', -1],
    ['deb', '3.0.7-1', '3.0.7', 1],
    ['opkg', '3.0.7-1', '3.0.7', 1],
    ['apk', '3.0.7-r1', '3.0.7', 1],
  ] as const)('of %s: %s is to %s as the tool has it', (type, version, named, order) => {
    expect(compareWithCondition(type, version, named)).toBe(order);
  });
});

describe.each(ownOrders)('the order of %s', (type) => {
  const compare = versionOrders[type];
  const any = anyVersion(type);
  const triple = fc.oneof(nearMisses(type), fc.tuple(any, any, any));

  it('answers -1, 0 or 1 for any two strings, and the opposite the other way round', () => {
    fc.assert(
      fc.property(triple, ([a, b]) => {
        const order = compare(a, b);
        expect([-1, 0, 1]).toContain(order);
        expect(compare(b, a) + order).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('holds every string equal to itself', () => {
    // Built anew, so that it is not the same string in memory.
    fc.assert(fc.property(any, (a) => compare(a, [...a].join('')) === 0));
  });

  it('is transitive: of three, two neighbours in order put the outer two in order', () => {
    fc.assert(
      fc.property(triple, (versions) => {
        const [a, b, c] = versions.sort(compare);
        expect([compare(a, b), compare(b, c), compare(a, c)]).not.toContain(1);
        expect(compare(a, c)).toBe(Math.min(compare(a, b), compare(b, c)));
      }),
      { numRuns: 5000 },
    );
  });

  // What takes more than linear time, or recurses, does not come back from here.
  it.each(['1', '.', '~1', '_p1'])('compares versions of a megabyte, all of %j', (piece) => {
    const long = `1${piece.repeat(1_000_000 / piece.length)}`;
    const order = compare(`${long}_p1`, `${long}_p2`);
    expect(order).toBe(-1);
  });
});
