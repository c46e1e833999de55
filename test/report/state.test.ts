import { expect, it } from 'vitest';
import type { Coverage } from '../../src/model/coverage.ts';
import { isComplete } from '../../src/model/missed.ts';
import { stateOf } from '../../src/report/state.ts';
import { reportOf } from '../format/reports.ts';

const { coverage } = reportOf([]);
const source = (name: string, error: string | null) => ({ kind: 'docker' as const, name, version: null, containers: 1, error });

it.each<[Partial<Coverage['containers']>, Partial<Coverage>, string]>([
  [{ running: 6, unread: 0 }, {}, 'Complete'],
  [
    { running: 6, unread: 2, neverReadable: 1, tooNew: 1 },
    {},
    'Complete, except for 1 that cannot be read and 1 that have just started, of 6',
  ],
  [{ running: 6, unread: 3, neverReadable: 1, tooNew: 1 }, {}, 'Incomplete: 1 of 6 containers not read'],
  [{ running: 1, unread: 0, partial: 1 }, {}, 'Incomplete: 1 of 1 container read in part'],
  [{ running: 6, unread: 0, unclear: 2 }, {}, 'Incomplete: the namespace or image of 2 containers not known'],
  [{ running: 6, unread: 0 }, { sources: [source('a', null), source('b', 'no')] }, 'Incomplete: 1 of 2 sources could not be asked'],
])('of %j %j is %s', (containers, more, state) => {
  const teams = { teams: 0, unownedContainers: 0, unknownContainers: 0 };
  const counts = { ...coverage, teams, ...more, containers: { ...coverage.containers, partial: 0, ...containers } };
  expect(stateOf({ ...counts, complete: isComplete(counts) })).toBe(state);
});
