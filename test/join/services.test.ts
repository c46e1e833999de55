import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createServiceFinder } from '../../src/join/services.ts';
import type { Pairs, Service } from '../../src/model/directory.ts';
import { objectOf } from '../fleet.ts';
import { expectLinear, patient } from '../growth.ts';

const serviceOf = (selector: Pairs, index: number): Service => ({ ...objectOf('Service', `s-${index}`), namespace: 'shop', selector });

const selects = (selector: Pairs, labels: Pairs) => {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
};

test('those are found whose selector fits, in their order, as by holding each against the labels', () => {
  const pairs = fc.dictionary(fc.constantFrom('app', 'tier', 'a":"b', 'toString'), fc.constantFrom('web', 'cart', '', 'b"'), {
    maxKeys: 3,
  });
  fc.assert(
    fc.property(fc.array(pairs, { maxLength: 8 }), fc.array(pairs), (selectors, pods) => {
      const services = selectors.map(serviceOf);
      const find = createServiceFinder();
      for (const labels of pods) expect(find(services, labels)).toEqual(services.filter(({ selector }) => selects(selector, labels)));
    }),
  );
});

// Whoever may create pods in a namespace may create Services there, too: two thousand of both took a second.
test('as many pods as Services, all of one app, are matched in linear time', patient, async () => {
  const labelsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ app: 'web', pod: String(index) }));
  const findAll = (all: readonly Pairs[]) => {
    const [services, find] = [all.map(serviceOf), createServiceFinder()];
    for (const labels of all) expect(find(services, labels).length).toBe(1);
  };
  await expectLinear(labelsOf, findAll, 1000);
});
