import { expect } from 'vitest';
import type { VersionOrder } from '../../src/version/version-order.ts';

/** Checks every two versions of a chain such as `1.0~rc1 < 1.0 = 1.00 < 1.1`, in both directions. `''` is the empty version. */
export function expectChain(compare: VersionOrder, chain: string): void {
  const places = readChain(chain);
  for (const left of places) {
    for (const right of places) {
      const expected = Math.sign(left.place - right.place);
      expect(compare(left.version, right.version), `${left.version} with ${right.version}`).toBe(expected);
    }
  }
}

function readChain(chain: string): { version: string; place: number }[] {
  const [first = '', ...rest] = chain.split(' ');
  const places = [{ version: unquote(first), place: 0 }];
  let place = 0;
  for (let at = 0; at < rest.length; at += 2) {
    place += rest[at] === '<' ? 1 : 0;
    places.push({ version: unquote(rest[at + 1] ?? ''), place });
  }
  return places;
}

function unquote(version: string): string {
  return version === "''" ? '' : version;
}
